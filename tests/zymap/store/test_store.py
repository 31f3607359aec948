"""What every store must do; a second store joins by a second value of the fixture."""

import datetime as dt

import orjson
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.testland import FEATURES, HOSTILE

from zymap.bbox import BBox
from zymap.catalog import Source
from zymap.errors import InvalidRequest, NotFound, UnknownName
from zymap.lateness import DUE_CLASSES, due_class
from zymap.query import Condition, Query, Range, SortKey, check_query
from zymap.search import search_form
from zymap.store.base import Count

WORKS = (Source("works"),)
ALL_WORKS = (Source("works"), Source("lanes", (("role", ("planned",)),)))


def ids(store, query):
    return [orjson.loads(row)["id"] for row in store.select(query)]


def walked(store, query, limit):
    """Return the ids of all pages, one after the other."""
    found, after = [], None
    while page := ids(store, query._replace(limit=limit, after=after)):
        found += page
        after = page[-1]
    return found


def test_a_feature_comes_back_as_it_was_written(store):
    for layer, features in FEATURES.items():
        for feature in features:
            held = orjson.loads(store.feature(layer, feature["id"]).text)
            assert held["geometry"] == feature["geometry"]
            assert held["collection"] == layer
            for name, value in feature["properties"].items():
                if name in held["properties"]:
                    assert held["properties"][name] == value


def test_a_feature_that_is_not_there_is_none_and_a_collection_is_an_error(store):
    assert store.feature("works", "zy-nobody").text is None
    with pytest.raises(NotFound):
        store.feature("nowhere", "zy-hall")


def test_the_count_tells_how_many_match_and_how_many_are_located(store):
    located = [f for f in FEATURES["works"] if f["geometry"]]
    assert store.count(Query(WORKS)) == Count(len(FEATURES["works"]), len(located))


@pytest.mark.parametrize("sources", [WORKS, ALL_WORKS])
@pytest.mark.parametrize(
    "sort",
    [
        (),
        (SortKey("id", True),),
        (SortKey("deadline"),),
        (SortKey("deadline", True),),
        (SortKey("status"), SortKey("name_zh", True)),
        (SortKey("area_id", True), SortKey("deadline", True), SortKey("name_en")),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_pages_of_any_size_and_order_give_each_feature_once(store, sources, sort, limit):
    query = Query(sources, sort=sort)
    whole = ids(store, query)
    assert walked(store, query, limit) == whole
    assert len(set(whole)) == len(whole) == store.count(query).matched


def test_features_without_a_value_come_last_either_way(store):
    for descending in (False, True):
        query = Query(WORKS, sort=(SortKey("deadline", descending),))
        dates = [orjson.loads(row)["properties"]["deadline"] for row in store.select(query)]
        known = [date for date in dates if date]
        assert dates == sorted(known, reverse=descending) + [None] * (len(dates) - len(known))


def test_names_are_sorted_by_pinyin(store):
    query = Query(WORKS, sort=(SortKey("name_zh"),))
    names = [orjson.loads(row)["properties"]["name_zh"] for row in store.select(query)]
    common = [n for n in names if n in ("产业园", "服务大厅", "跨河大桥", "新建学校")]
    assert common == ["产业园", "服务大厅", "跨河大桥", "新建学校"]  # chan fu kua xin


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "query",
    [
        Query(WORKS),
        Query(ALL_WORKS),
        Query(WORKS, located=True),
        Query(WORKS, sort=(SortKey("deadline", descending=True),)),
        Query(WORKS, bbox=BBox(113.5, 34.7, 113.6, 34.8)),
        Query(ALL_WORKS, bbox=BBox(113.5, 34.7, 113.6, 34.8), sort=(SortKey("name_zh"),)),
        Query(WORKS, text="nothing of the kind"),
    ],
)
def test_the_pages_of_a_question_hold_what_it_selects_and_each_counts_all(store, query, limit):
    found, after = [], None
    while True:
        page = store.page(query._replace(limit=limit), after)
        assert page.count == store.count(query)
        assert len(page.rows()) == page.returned <= limit
        found += page.rows()
        if page.last is None:
            break
        assert page.returned == limit
        assert orjson.loads(found[-1])["id"] == page.last
        after = page.last
    assert found == store.select(query)


def test_a_page_without_a_limit_holds_all_that_is_behind(store):
    every = store.select(Query(WORKS))
    first = orjson.loads(every[0])["id"]
    assert store.page(Query(WORKS)).rows() == every
    assert store.page(Query(WORKS), first).rows() == every[1:]
    assert store.page(Query(WORKS, located=True)).rows() == store.select(Query(WORKS, located=True))


@pytest.mark.parametrize("query", [Query(WORKS, limit=5), Query(WORKS, limit=5, located=True)])
def test_a_page_behind_nobody_is_refused(store, query):
    with pytest.raises(InvalidRequest, match="zy-nobody"):
        store.page(query, "zy-nobody")


def test_a_page_after_nobody_is_refused(store):
    with pytest.raises(InvalidRequest, match="zy-nobody"):
        store.select(Query(WORKS, after="zy-nobody"))


def test_an_attribute_and_a_place_are_asked_together(store):
    query = Query(
        WORKS,
        bbox=BBox(10.2, 50.0, 10.4, 50.2),
        conditions=(Condition("status", ("implementation",)),),
        located=True,
    )
    found = ids(store, query)
    assert "zy-bridge" in found
    assert "zy-campus" not in found


@given(
    st.tuples(st.floats(9.9, 10.5), st.floats(9.9, 10.5)).map(sorted),
    st.tuples(st.floats(49.9, 50.3), st.floats(49.9, 50.3)).map(sorted),
)
def test_a_box_finds_what_intersects_it_and_what_nobody_has_located(store, lons, lats):
    box = BBox(lons[0], lats[0], lons[1], lats[1])
    expected = {
        feature["id"]
        for feature in FEATURES["works"]
        if feature["geometry"] is None
        or shapely.intersects(
            shapely.box(*box.as_list()),
            shapely.from_geojson(orjson.dumps(feature["geometry"]).decode()),
        )
    }
    assert set(ids(store, Query(WORKS, bbox=box))) == expected
    assert store.count(Query(WORKS, bbox=box)).matched == len(expected)


def test_located_leaves_the_unlocated_out_of_a_box_and_chooses_them_too(store):
    box = BBox(10.0, 50.0, 10.4, 50.2)
    unlocated = {f["id"] for f in FEATURES["works"] if f["geometry"] is None}
    assert set(ids(store, Query(WORKS, located=False, bbox=box))) == unlocated
    assert not unlocated & set(ids(store, Query(WORKS, located=True, bbox=box)))


def test_a_box_across_the_antimeridian_is_not_the_rest_of_the_world(store):
    assert ids(store, Query(WORKS, bbox=BBox(170, -90, -170, 90), located=True)) == []


def test_within_asks_the_geometry_and_never_matches_the_unlocated(store):
    found = ids(store, Query(WORKS, within="east"))
    # The hall is stated to be in the east; the bridge crosses into it and so is not within.
    assert {"zy-hall", "zy-campus"} <= set(found)
    assert not {"zy-bridge", "zy-library"} & set(found)
    assert ids(store, Query((Source("goals"),), within="east")) == []


def test_membership_is_what_is_stated_and_not_where_it_lies(store):
    found = ids(store, Query(WORKS, conditions=(Condition("area_id", ("west",)),)))
    assert set(found) == {"zy-bridge", "zy-long", "zy-school"}


def test_a_list_field_matches_by_any_of_its_items(store):
    found = ids(store, Query(WORKS, conditions=(Condition("fact_ids", ("F2", "F9")),)))
    assert found == ["zy-bridge", "zy-campus"]


def test_numbers_and_flags_are_compared_as_what_they_are(store):
    assert ids(store, Query(WORKS, conditions=(Condition("spaces", (120,)),))) == ["zy-campus"]
    assert ids(store, Query(WORKS, conditions=(Condition("open", (False,)),))) == ["zy-bridge"]
    assert ids(store, Query(WORKS, conditions=(Condition("budget", (1.5,)),))) == ["zy-bridge"]


def test_a_deadline_window_leaves_out_what_has_no_deadline(store):
    window = Range("deadline", "2021-07-01", None, with_null=False)
    assert set(ids(store, Query(WORKS, ranges=(window,)))) == {"zy-hall", "zy-school"}


def test_a_datetime_keeps_what_has_no_time(store):
    found = ids(store, Query(WORKS, ranges=(Range("deadline", None, "2021-06-30", True),)))
    assert "zy-library" in found
    assert "zy-hall" not in found


def test_a_collection_without_the_field_has_no_values_in_it(store):
    strict = Range("deadline", None, "2021-06-30", with_null=False)
    lenient = Range("deadline", None, "2021-06-30", with_null=True)
    sources = (Source("spots"),)
    assert store.count(Query(sources, ranges=(strict,))).matched == 0
    assert store.count(Query(sources, ranges=(lenient,))).matched == len(FEATURES["spots"])


@pytest.mark.parametrize("text", ["abc", "ＡＢＣ", "LIBRARY", "城市书房"])
def test_a_text_is_found_whatever_its_case_and_width(store, text):
    assert ids(store, Query(WORKS, text=search_form(text))) == ["zy-library"]


@pytest.mark.parametrize("text", ["%", "_", "'", '"', *HOSTILE])
def test_a_text_is_never_a_pattern_and_never_sql(store, text):
    expected = {
        f["id"]
        for f in FEATURES["works"]
        if search_form(text)
        in search_form(f"{f['properties']['name_zh']} {f['properties']['name_en']}")
    }
    assert set(ids(store, Query(WORKS, text=search_form(text)))) == expected


def test_ids_choose_among_the_conditions(store):
    query = Query(WORKS, ids=("zy-hall", "zy-bridge", "zy-nobody"), within="east")
    assert ids(store, query) == ["zy-hall"]


def test_a_source_of_works_leaves_the_existing_streets_out(store):
    found = ids(store, Query(ALL_WORKS))
    assert "zy-lane-new" in found
    assert "zy-lane-old" not in found


def test_facets_add_up_to_the_count(store):
    for name in ("status", "kind", "area_id", "location_status"):
        counts = store.facet(Query(ALL_WORKS), name)
        assert sum(counts.values()) == store.count(Query(ALL_WORKS)).matched
    assert store.facet(Query(WORKS), "status")["identification"] == 1


def test_the_extent_covers_the_features_and_their_dates(store):
    extent = store.extent("works")
    boxes = [
        shapely.from_geojson(orjson.dumps(f["geometry"]).decode()).bounds
        for f in FEATURES["works"]
        if f["geometry"]
    ]
    west, south, east, north = zip(*boxes, strict=True)
    assert extent.bbox == BBox(min(west), min(south), max(east), max(north))
    assert (extent.start, extent.end) == ("2021-06-30", "2021-12-31")
    assert store.extent("goals").bbox is None


def test_iterating_gives_what_selecting_gives(store):
    query = Query(ALL_WORKS, sort=(SortKey("name_zh"),))
    assert list(store.iterate(query)) == store.select(query)


@pytest.mark.parametrize(
    "query",
    [
        Query(()),
        Query(WORKS, conditions=(Condition("nonsense", ("1",)),)),
        Query(WORKS, conditions=(Condition("status", ("nonsense",)),)),
        Query(WORKS, sort=(SortKey("nonsense"),)),
        Query(ALL_WORKS, sort=(SortKey("budget"),)),
        Query(WORKS, within="nowhere"),
    ],
)
def test_a_name_that_does_not_exist_is_refused_before_the_store_sees_it(store, query):
    with pytest.raises(InvalidRequest):
        check_query(query, store.catalog())


@given(as_of=st.dates(dt.date(2021, 4, 1), dt.date(2022, 2, 1)).map(str))
def test_the_classes_of_deadlines_are_those_of_the_rule_and_every_work_has_one(store, as_of):
    works = FEATURES["works"]
    by_rule = {name: set() for name in DUE_CLASSES}
    for feature in works:
        held = feature["properties"]
        by_rule[due_class(held.get("deadline"), held.get("status"), as_of)].add(feature["id"])
    for name in DUE_CLASSES:
        assert set(ids(store, Query(WORKS, due=(name,), as_of=as_of))) == by_rule[name]
    everything = Query(WORKS, due=DUE_CLASSES, as_of=as_of)
    assert store.count(everything).matched == len(works)


def test_a_layer_without_deadlines_holds_undated_features_only(store):
    areas = (Source("areas"),)
    assert store.count(Query(areas, due=("overdue", "soon"), as_of="2030-01-01")).matched == 0
    assert store.count(Query(areas, due=("undated",), as_of="2030-01-01")).matched == 2


def test_a_polygon_finds_what_touches_it_and_never_the_unlocated(store):
    # A triangle whose box holds zy-hall, but whose edge leaves it out.
    triangle = ((10.28, 50.04), (10.312, 50.04), (10.28, 50.068))
    box = Query(WORKS, bbox=BBox(10.28, 50.04, 10.312, 50.068), located=True)
    assert ids(store, box) == ["zy-campus", "zy-hall"]
    assert ids(store, Query(WORKS, polygon=triangle)) == ["zy-campus"]
    wider = ((10.28, 50.04), (10.34, 50.04), (10.28, 50.1))
    assert ids(store, Query(WORKS, polygon=wider)) == ["zy-campus", "zy-hall"]


def test_none_asks_for_features_without_a_value_and_joins_with_others(store):
    without = ids(store, Query(WORKS, conditions=(Condition("status", (None,)),)))
    assert without == ["zy-long"]
    both = Query(WORKS, conditions=(Condition("status", (None, "preparation")),))
    assert ids(store, both) == ["zy-campus", "zy-long"]


@pytest.mark.parametrize("text", ["chengshishufang", "cssf", "CSSF"])
def test_a_name_is_found_by_its_pinyin_and_by_its_initials(store, text):
    assert ids(store, Query(WORKS, text=search_form(text))) == ["zy-library"]


def test_the_search_texts_are_what_a_search_compares(store):
    texts = store.search_texts(Query(WORKS))
    assert set(texts) == {feature["id"] for feature in FEATURES["works"]}
    assert "cssf" in texts["zy-library"]
    assert "城市书房abc" in texts["zy-library"]


def test_a_target_finds_what_counts_towards_it_and_nothing_where_nothing_does(store):
    counted = [
        f["id"]
        for f in FEATURES["works"]
        if f["properties"].get("status") in ("implementation", "maintenance")
    ]
    target = Query(WORKS, target="zy-goal-2")
    assert sorted(ids(store, target)) == sorted(counted)
    assert store.count(target).matched == len(counted)
    assert sum(store.facet(target, "status").values()) == len(counted)
    narrower = Query(WORKS, target="zy-goal-2", conditions=(Condition("kind", ("road",)),))
    assert set(ids(store, narrower)) < set(counted)
    for nothing in ("zy-goal-1", "zy-goal-3"):
        assert ids(store, Query(WORKS, target=nothing)) == []
    with pytest.raises(UnknownName):
        store.select(Query(WORKS, target="zy-goal-99"))
