// Shapes that the modules share, for editors and `tsc --checkJs`; no browser loads this file.

export type Words = Record<string, string>;
export interface Code { zh: string; en: string; short_zh: string; short_en: string }
export type CodeList = Record<string, Code>;

export interface Marker {
  /** True if the inside is the colour of paper, so that the outline tells the status. */
  hollow: boolean;
  shape: string; fill: string; stroke: string; ink: string;
  size_px: number; width_px: number; dash: string;
}
export interface PathStyle {
  stroke: string; width_px: number; dash: string; fill: string; fill_opacity: number;
  hatch: boolean; casing: string; casing_width_px: number;
}
export interface ContextStyle { marker: Marker; path: PathStyle; label: string; label_from_zoom: number }
export interface Symbology {
  ground: string; status: Record<string, Marker>; no_status: Marker; candidate: Marker;
  cluster: Marker; boundary: PathStyle; area: PathStyle; area_schematic: PathStyle;
  area_colours: string[]; work_line: PathStyle; work_polygon: PathStyle; approximate: PathStyle;
  context: Record<string, ContextStyle>; default_context: ContextStyle;
  /** The colour that stands for each colour when the page is dark. */
  dark: Record<string, string>;
  glyphs: Record<string, string>; default_glyph: string;
}
export interface Layer {
  id: string; role: string; geometry: string[]; works: Record<string, string[]>;
  title_zh: string; title_en: string; counts: { matched: number; located: number };
  fields: { name: string; title_zh: string; title_en: string }[];
}
export interface Area {
  id: string; title_zh: string; title_en: string; bbox: number[] | null; boundary_status: string;
}
export interface Format {
  id: string; title_zh: string; title_en: string; suffix: string; crs: number[]; encodings: string[];
}
export interface Basemap {
  id: string; title_zh: string; title_en: string; attribution_zh: string; attribution_en: string;
  attribution_url: string | null; datum: "wgs84" | "gcj02"; max_zoom: number;
  /** Templates of addresses, the lowest layer first. */
  tiles: string[]; subdomains: string[];
}
export interface Catalog {
  dataset: Record<string, string>; revision: string; version: string;
  code_lists: Record<string, CodeList>;
  /** Words of the report that recur in the data, to what they mean in English. */
  glossary: Record<string, string>;
  layers: Layer[]; areas: Area[]; formats: Format[];
  crs: { code: number; zh: string; en: string }[]; symbology: Symbology; basemaps: Basemap[];
}
export interface Properties {
  name_zh: string; name_en: string | null; kind: string; area_id: string;
  area_source?: string; status?: string | null; status_verb_zh?: string | null;
  deadline?: string | null; deadline_text?: string | null;
  description_zh?: string | null; description_en?: string | null;
  section?: string | null; fact_ids?: string[] | null;
  location_status?: string; coordinateUncertaintyInMeters?: number | null;
  georeferenceSources?: string | null; georeferenceProtocol?: string | null;
  in_district?: boolean | null; boundary_status?: string;
  quantity?: number | null; unit_zh?: string | null; unit_en?: string | null;
  rank?: number | null; attribution?: string | null;
}
export interface Geometry { type: string; coordinates: any }
export interface Feature {
  id: string; collection: string; geometry: Geometry | null; properties: Properties;
}
/** A feature of the works, with what filtering and drawing ask of it again and again. */
export interface Work extends Feature {
  layer: Layer; located: boolean; search: string; lonlat: [number, number] | null;
}
/** What the works are due by: the dates in order, and the words that name no date, by frequency. */
export interface Deadlines {
  dated: { deadline: string; deadline_text: string | null; count: number }[];
  worded: { deadline_text: string; count: number }[];
}
export interface Data {
  catalog: Catalog;
  /** True if there are too many works to hold: lists and counts come from the server. */
  remote: boolean;
  /** Layers that are drawn from vector tiles. */
  tiled: Layer[];
  targets: Target[]; deadlines: Deadlines;
  works: Work[]; candidates: Work[]; areas: Work[]; boundary: Work[]; context: Work[];
  byId: Map<string, Work>;
}
/** What the address says; `asOf` null is today, `base` null the map of our own layers. */
export interface State {
  area: string | null; status: string[]; kind: string[]; due: string[]; quality: string[];
  target: string | null; polygon: [number, number][] | null;
  q: string; sort: string; show: string; view: string;
  selected: string | null; hidden: string[]; base: string | null; lang: "zh" | "en";
  asOf: string | null; at: [number, number, number] | null;
}
export type FacetName = "area" | "kind" | "status" | "due" | "quality";
/** Numbers of works; `none` stands for "no value" in a facet. */
export interface Summary {
  matched: number; located: number; overdue: number;
  /** The few works that are due next at the as-of date, and the date of the first. */
  upcoming: Work[]; next: string | null;
  facets: Record<FacetName, Record<string, number>>;
}
/** What one state shows, of the whole and of each area. `rows` are the works of the list, in order. */
export interface View extends Summary {
  state: State; asOf: string; total: number; shown: number;
  rows: Work[]; more: (() => Promise<Work[]>) | null;
  areas: Record<string, Summary>; candidates: Work[];
  /** The located works that the page draws itself; none where the server's tiles draw them. */
  onMap: Work[];
}
export interface Target {
  id: string; name_zh: string; name_en: string | null; section: string | null;
  quantity: number | null; unit_zh: string | null; unit_en: string | null; comparator: string | null;
  deadline: string | null; deadline_text: string | null; fact_ids: string[] | null;
  description_zh?: string | null; description_en?: string | null; area_id: string;
  counted_from: string[] | null; overlaps_with: string[] | null;
  progress: { listed: number; located: number; done: number } | null;
}
