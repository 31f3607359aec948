-- The arithmetic of CQL2 where PostgreSQL has none, or would refuse: NULL where there is no answer.

-- C's fmod, exact: what is subtracted from a number is at least half of it (Sterbenz).
CREATE FUNCTION zymap.remainder(dividend float8, divisor float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
  rest float8 := abs(dividend);
  unit float8 := abs(divisor);
  step float8 := unit;
BEGIN
  IF unit = 0 THEN
    RETURN NULL;
  END IF;
  WHILE step <= rest - step LOOP
    step := step * 2;
  END LOOP;
  LOOP
    IF rest >= step THEN
      rest := rest - step;
    END IF;
    EXIT WHEN step <= unit;
    step := step / 2;
  END LOOP;
  RETURN CASE WHEN dividend < 0 THEN -rest ELSE rest END;
END
$body$;

CREATE FUNCTION zymap.quotient(dividend float8, divisor float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
  RETURN trunc(dividend / nullif(divisor, 0));
EXCEPTION WHEN numeric_value_out_of_range THEN
  -- Beyond all numbers there is no answer; nearer to nought than any, it is nought.
  RETURN CASE WHEN abs(dividend) < abs(divisor) THEN 0 END;
END
$body$;

CREATE FUNCTION zymap.power(base float8, exponent float8) RETURNS float8
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
BEGIN
  RETURN power(base, exponent);
EXCEPTION
  WHEN numeric_value_out_of_range THEN
    RETURN CASE WHEN (abs(base) < 1) = (exponent > 0) THEN 0 END;
  WHEN invalid_argument_for_power_function THEN
    RETURN NULL;
END
$body$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA zymap TO zymap_reader, zymap_loader;
