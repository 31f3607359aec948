-- Who reads or loads may see which of these steps were done (`zymap doctor`).

GRANT SELECT ON _yoyo_migration TO zymap_loader, zymap_reader;
