"""The page of a period: what its first screen says, that text is text, that nothing is fetched, and what it says where there is nothing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pyarrow as pa
import pytest

from holdfast.errors import InputError
from holdfast.monitoring.formats import read
from holdfast.monitoring.reports import reports_of
from holdfast.report.monitoring import monitoring_page, write_monitoring_page
from holdfast.report.monitoring.timeline import dates
from holdfast.report.monitoring.watch import Watch
from tests.unit.report.markup import Element, parse

from . import made


def page(reports, period=made.PERIOD, **changes) -> str:
    agreement = made.donbas()
    tables = made.index(agreement, reports, period)
    return monitoring_page(agreement, made.status(agreement, tables, period) | changes, tables, period)


@pytest.fixture(scope="module")
def full() -> str:
    return page(made.made_up())


@pytest.fixture(scope="module")
def tree(full: str) -> Element:
    return parse(full)


def section(tree: Element, id_: str) -> str:
    return next(e for e in tree.find("section") if e.attributes.get("id") == id_).text()


def test_the_first_screen_answers(full: str, tree: Element) -> None:
    text = section(tree, "answer")
    assert (
        "Not kept throughout: breaches of four articles were observed, and of three more articles reported; "
        'one trigger is met (first on <span class="day">2021-11-' in full
    )
    for question in ("Is it being kept?", "Where?", "What falls due?", "What was not seen?"):
        assert question in text
    assert re.search(r"Donetsk region: \d+ a day \(27 of 30 days observed\)", text)
    assert "“Coordination mechanism”: met (probability 98" in text
    assert "Luhansk region on 8 of 30 days" in text


def test_markup_in_a_report_is_text(full: str, tree: Element) -> None:
    assert not tree.find("script", "img", "iframe", "object", "embed", "form", "base")
    assert "<script" not in full
    assert not any(name.startswith("on") for e in tree.walk() for name in e.attributes)
    assert "<script>alert('x')</script><img src=http://example.invalid/x" in tree.text()
    # what turns text round stays inside its own element
    assert all(e.tag == "bdi" for e in tree.walk() if any("\u202e" in text for text in e.own_text))


def test_nothing_is_fetched(tree: Element) -> None:
    for e in tree.walk():
        for name in ("src", "href", "xlink:href", "data", "action", "poster", "srcset"):
            assert e.attributes.get(name, "#").startswith(("#", "data:")), e
    style = " ".join(e.text() for e in tree.find("style"))
    assert "@import" not in style
    assert not re.search(r"url\((?!#)", style)


def test_ids_are_unique_and_referred_to(tree: Element) -> None:
    ids = [e.attributes["id"] for e in tree.walk() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    links = {e.attributes["href"][1:] for e in tree.find("a")}
    assert links <= set(ids)


def test_it_keeps_the_two_meanings_of_holding_apart(tree: Element) -> None:
    text = section(tree, "reading")
    assert "does not say whether the war has restarted" in text
    assert "No figure here is a probability of collapse" in text
    assert "Natural Earth" in text
    assert "public domain" in text
    assert "No position is taken" in text
    assert "administrative regions of the same name stand for them" in text


def test_findings_have_grounds_and_rivals_stand_side_by_side(tree: Element) -> None:
    text = section(tree, "findings")
    assert "36 findings of" in text
    assert text.count("Probability of a breach:") == 36
    rivals = section(tree, "tallies")
    assert "Joint Centre counts incidents, OSCE SMM effects." in rivals


def test_a_report_is_not_said_to_have_been_seen(full: str) -> None:
    """What a satellite and a press desk report may be linked; that both saw it nobody knows."""
    assert "reported by</th>" in full
    assert "seen by</th>" not in full


def test_the_same_tables_make_the_same_bytes(full: str, tmp_path: Path) -> None:
    agreement = made.donbas()
    tables = made.index(agreement, made.made_up())
    write_monitoring_page(
        tmp_path / "page.html", agreement, made.status(agreement, tables), tables, made.PERIOD
    )
    assert (tmp_path / "page.html").read_bytes() == full.encode()


def test_where_there_is_nothing_it_says_so() -> None:
    text = parse(page([])).text()
    assert "No breach was found" in text
    assert "Nothing that was reported in this period is of a kind that an article in force forbids." in text
    assert "No gap in observation is recorded." in text


def test_no_breach_is_said_of_what_was_observed_only() -> None:
    agreement = made.donbas()
    tables = made.index(agreement, [])
    tables["not_observed"] = pa.table(
        {
            "sector_id": ["donetsk"],
            "since": [made.PERIOD[0]],
            "until": [made.PERIOD[1]],
            "why": ["<b>no access"],
        }
    )
    told = parse(monitoring_page(agreement, made.status(agreement, tables), tables, made.PERIOD))
    assert "No breach was found in what was observed" in told.text()
    assert "<b>no access" in told.text()
    # where nobody watched on any day, nothing was observed of which it could be said
    status = made.status(agreement, tables)
    nothing = tables | {
        "not_observed": pa.table(
            {
                "sector_id": ["donetsk", "luhansk"],
                "since": [made.PERIOD[0]] * 2,
                "until": [made.PERIOD[1]] * 2,
                "why": ["no access"] * 2,
            }
        )
    }
    text = parse(monitoring_page(agreement, status, nothing, made.PERIOD)).text()
    assert "Nothing was observed" in text
    assert "No breach was found" not in text


def test_what_was_not_observed_in_a_triggers_window_is_told_apart_from_the_rest_of_its_time() -> None:
    agreement = made.donbas()
    tables = made.index(agreement, [])
    [trigger] = made.status(agreement, tables)["triggers"]
    gaps = [("donetsk", "2021-11-01", "2021-11-10"), ("luhansk", "2021-11-20", "2021-11-21")]
    told = trigger | {
        "window": ["2021-11-09", "2021-11-09"],
        "not_observed": [{"sector": a, "since": b, "until": c} for a, b, c in gaps],
    }
    text = section(parse(page([], triggers=[told])), "triggers")
    assert "Not observed in this window: Donetsk region, 2021-11-09." in text
    assert (
        "Not observed at other times that it could be met in: Donetsk region, 2021-11-01 to 2021-11-08, "
        "Donetsk region, 2021-11-10 and Luhansk region, 2021-11-20 to 2021-11-21."
    ) in text
    told["window"] = ["2021-11-12", "2021-11-12"]
    text = section(parse(page([], triggers=[told])), "triggers")
    assert "No gap in observation lies in this window." in text


def test_tables_may_be_absent() -> None:
    agreement = made.donbas()
    status = made.status(agreement, made.index(agreement, []))
    assert "No breach was found" in monitoring_page(agreement, status, {}, made.PERIOD)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="Give the earlier day first"):
        page([], (made.PERIOD[1], made.PERIOD[0]))


@pytest.mark.parametrize(
    ("first_met", "said"),
    [
        (["2021-10-04"], "one trigger is met (first on 2021-10-04, before this period)"),
        (["2021-11-04"], "one trigger is met (first on 2021-11-04)"),
        (
            ["2021-10-04", "2021-09-04"],
            "two triggers are met (first on 2021-09-04 and 2021-10-04, before this period)",
        ),
        (
            ["2021-10-04", "2021-11-04"],
            "two triggers are met (first on 2021-10-04 and 2021-11-04, one of them before this period)",
        ),
        (
            ["2021-11-06", "2021-11-04", "2021-11-05"],
            "three triggers are met (first between 2021-11-04 and 2021-11-06)",
        ),
        ([None], "one trigger is met"),
    ],
)
def test_the_headline_says_when_triggers_were_met(first_met: list[str | None], said: str) -> None:
    agreement = made.donbas()
    tables = made.index(agreement, [])
    [trigger] = made.status(agreement, tables)["triggers"]
    triggers = [trigger | {"state": "met", "first_met": day} for day in first_met]
    [headline] = re.findall(r'<h2 id="answer-heading">(.*?)</h2>', page([], triggers=triggers))
    assert re.sub("<[^>]*>", "", headline).endswith(f"; {said}")
    kept = re.findall(r'<span class="day">(.*?)</span>', headline)
    assert kept == re.findall(r"\d{4}-\d\d-\d\d", said), "a date may break at its hyphens"


def test_what_was_set_aside_is_shown_as_text() -> None:
    agreement = made.donbas()
    tables = made.index(agreement, [])
    tables["aside"] = pa.table(
        {
            "entry": [7],
            "file": [2],
            "line": [111],
            "reason": ["<i>has no value"],
            "raw": ["=1,<u>"],
            "mended": [False],
        }
    )
    text = parse(monitoring_page(agreement, made.status(agreement, tables), tables, made.PERIOD)).text()
    assert "<i>has no value" in text
    assert "=1,<u>" in text


def test_the_agreements_dates_are_marked() -> None:
    period = (dt.date(2020, 7, 15), dt.date(2020, 8, 31))
    found = dates(Watch(made.donbas(), {}, {}, *period))
    assert list(found) == [dt.date(2020, 7, 27)]
    assert "“Flights” begins" in found[dt.date(2020, 7, 27)]
    assert "“Flights over the security zone” has ended" in found[dt.date(2020, 7, 27)]
    assert "1 – 2020-07-27: " in section(parse(page([], period)), "days")


@pytest.mark.needs_shared
def test_the_missions_figures_make_a_page(shared: Path) -> None:
    batches = read(
        shared / "data/monitoring/osce_smm_daily_summary_sample.csv",
        "tally",
        time_zone="Europe/Kyiv",
        observer="OSCE SMM",
    )
    reports = [one for batch in batches for one in reports_of(batch.reports)]
    text = parse(page(reports)).text()
    # 16 tallies of November 2021, of 10 days in each region; 4,865 and 1,823 violations
    assert "Donetsk region: 487 a day (10 of 30 days observed)" in text
    assert "Luhansk region: 182 a day (10 of 30 days observed)" in text
    whole = parse(page(reports, (dt.date(2020, 7, 1), dt.date(2022, 2, 23)))).text()
    assert "27 agree, 0 differ" in whole


@pytest.mark.parametrize(
    ("grades", "said"),
    [
        (["reported"], "Breaches of “Ceasefire” are reported, but neither corroborated nor observed"),
        (
            ["corroborated", "reported"],
            "Breaches of “Ceasefire” are reported by several sources, but were not observed",
        ),
        (["reported", "observed"], "Not kept throughout: breaches of “Ceasefire” were observed"),
        (["ruled"], "Not kept throughout: breaches of “Ceasefire” were ruled"),
    ],
)
def test_the_headline_is_no_surer_than_the_surest_breach(grades: list[str], said: str) -> None:
    reports = [made.report(n, sector="Donetsk", evidence=grade) for n, grade in enumerate(grades)]
    assert said in parse(page(reports)).text()


def test_articles_whose_breaches_are_only_reported_are_told_apart() -> None:
    where = {
        "lat": 48.0,
        "lon": 37.9,
        "sd_along_km": 0.1,
        "sd_across_km": 0.1,
        "azimuth_deg": 0.0,
        "sector": "Donetsk",
    }
    reports = [
        made.report(1, sector="Donetsk", evidence="observed"),
        made.report(2, kind="access", unit="refusal", by="UAF", evidence="reported", **where),
    ]
    assert (
        "breaches of “Ceasefire” were observed, and of one more article reported"
        in parse(page(reports)).text()
    )


def test_tallies_of_nothing_lead_where_they_are_all_that_was_observed() -> None:
    """An observer's days of which none counted anything say more than one report of a day that nobody watched."""
    end = dt.datetime(2021, 11, 3, 17, 30, tzinfo=dt.UTC)
    quiet = [made.tally(1, "Donetsk", end, 0, "OSCE SMM", "effect")]
    text = parse(page([*quiet, made.report(20, sector="Donetsk")])).text()
    assert (
        "Effects per day observed (OSCE Special Monitoring Mission to Ukraine). Donetsk region: 0 a day (1 of"
        in text
    )


def test_an_observer_without_a_day_observed_is_not_named_beside_the_unit() -> None:
    end = dt.datetime(2021, 11, 3, 17, 30, tzinfo=dt.UTC)
    reports = [made.tally(1, "Donetsk", end, 5, "Joint Centre", "effect")]
    agreement = made.donbas()
    blind = {
        "sector_id": ["donetsk"],
        "since": [made.PERIOD[0]],
        "until": [made.PERIOD[1]],
        "why": ["no tally"],
    }
    tables = made.index(agreement, reports) | {"not_observed": pa.table(blind)}
    text = parse(monitoring_page(agreement, made.status(agreement, tables), tables, made.PERIOD)).text()
    assert (
        "Effects per day observed. Not observed on any day: Donetsk region (5 reported all the same)" in text
    )


def test_a_trigger_says_whose_acts_count() -> None:
    agreement = made.donbas()
    [id_] = agreement.triggers
    parties = sorted(agreement.parties)
    tables = made.index(agreement, [])
    for by, said in (
        (None, "by whom does not matter"),
        (
            tuple(parties[:1]),
            f"only what {agreement.parties[parties[0]].name} did; what is attributed to nobody may count",
        ),
    ):
        trigger = agreement.triggers[id_].model_copy(update={"by": by})
        changed = agreement.model_copy(update={"triggers": {id_: trigger}})
        text = parse(monitoring_page(changed, made.status(changed, tables), tables, made.PERIOD)).text()
        assert said in text
        assert ("by whom does not matter" in text) == (by is None)


def test_findings_are_headed_by_all_their_days() -> None:
    end = dt.datetime(2021, 11, 20, 17, 30, tzinfo=dt.UTC)
    begin = dt.datetime(2021, 10, 31, 22, tzinfo=dt.UTC)
    reports = [
        made.tally(1, "Donetsk", end, 60, "OSCE SMM", "effect", days=5),
        made.report(1, sector="Luhansk", start=begin, end=begin + 30 * made.DAY),
    ]
    text = parse(page(reports)).text()
    assert "2021-11-16 to 2021-11-20 · Donetsk region" in text
    assert "between 2021-11-01 and 2021-11-30 · Luhansk region" in text


def test_the_maps_colours_are_those_of_its_legend_by_what_was_counted_a_day() -> None:
    """Neither totals colour the map, nor other limits than those that the legend shows: 6 and 1.5 a day."""
    end = dt.datetime(2021, 11, 1, 17, 30, tzinfo=dt.UTC)
    reports = [
        *(made.tally(n, "Donetsk", end + n * made.DAY, 6, "OSCE SMM", "effect") for n in range(10)),
        *(
            made.tally(50 + n, "Luhansk", end + n * made.DAY, 1 + n % 2, "OSCE SMM", "effect")
            for n in range(30)
        ),
    ]
    tree = parse(page(reports))
    [group] = [e for e in tree.walk() if e.attributes.get("class") == "sector"]
    fills = [e.attributes["fill"] for e in group.children]
    [answer] = [e for e in tree.find("section") if e.attributes.get("id") == "answer"]
    keys = [e for e in answer.walk() if e.attributes.get("class") == "key"]
    legend = {
        rect.attributes["fill"]: key.text().strip()
        for key in keys
        for rect in key.find("rect")
        if "not observed" not in key.text()
    }
    assert len(legend) == 5
    for fill, rate in zip(fills, (6.0, 1.5), strict=True):
        low, high = limits(legend[fill])
        assert low < rate <= high, legend[fill]
    assert fills[0] != fills[1]


def limits(text: str) -> tuple[float, float]:
    numbers = [float(number) for number in re.findall(r"[\d.]+", text)]
    if text.startswith("up to"):
        return 0.0, numbers[0]
    return (numbers[0], float("inf")) if text.startswith("above") else (numbers[0], numbers[1])


def test_the_agreements_dates_are_drawn_in_the_pictures_of_days() -> None:
    tree = parse(page([], (dt.date(2020, 7, 15), dt.date(2020, 8, 31))))
    [days] = [e for e in tree.find("section") if e.attributes.get("id") == "days"]
    pictures = [e for e in days.find("svg") if e.attributes.get("role") == "img"]
    assert len(pictures) == 2
    for picture in pictures:
        numbers = [e.text() for e in picture.find("text") if e.attributes.get("font-weight") == "bold"]
        assert numbers == ["1"]


def test_control_characters_of_a_report_are_replaced() -> None:
    evil = "a\x00b\x1b[31mc\x08d\x7fe\x0bf"
    reports = [made.report(1, sector="Donetsk", text=evil, observer="mission\x1b[2J")]
    text = page(reports)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    assert "a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffdf" in text


def test_a_table_that_is_cut_off_says_so_and_which_file_has_all() -> None:
    agreement = made.donbas()
    tables = made.index(agreement, [])
    first, number = made.PERIOD[0], 450
    tables["not_observed"] = pa.table(
        {
            "sector_id": ["donetsk"] * number,
            "since": [first] * number,
            "until": [first] * number,
            "why": [f"reason {n}" for n in range(number)],
        }
    )
    names = ("by", "claim", "grade", "why")
    tables["claims"] = pa.table(
        {"entry": [*range(45)], "holds": [True] * 45} | {name: ["x"] * 45 for name in names}
    )
    text = parse(monitoring_page(agreement, made.status(agreement, tables), tables, made.PERIOD)).text()
    assert "Not observed, the first 400; not_observed.csv beside the page has all" in text
    assert "Claims that persons entered, the first 40 of 45; claims.csv has all" in text
