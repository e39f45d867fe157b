from dataclasses import replace

from codesign.reporting.overview import key_numbers, verdict_of


def test_an_exact_certificate_says_what_it_covers(certificate):
    verdict = verdict_of(certificate)
    assert (verdict.word, verdict.level, verdict.details) == ("BIT-EXACT", "good", ())
    assert verdict.text == (
        "QKeras = emulator = csim: every bit of every output agrees on 400 events and "
        "400 overdriven inputs."
    )


def test_a_disagreement_names_layer_element_integers_and_cause(broken_certificate):
    verdict = verdict_of(broken_certificate)
    assert (verdict.word, verdict.level) == ("DISAGREES", "bad")
    assert verdict.text == "1 of 2 comparisons disagree: do not deploy."
    (detail,) = verdict.details
    assert detail == (
        "csim against emulator on events: 1 of 1,200 outputs differ, by at most 3 LSB. First "
        "diverging layer dense_2, event 7, element 1: expected 12, found 9 (hardware integers). "
        "Cause: a weight is off by one."
    )


def test_a_disagreement_without_a_place_says_so(broken_certificate):
    report = replace(broken_certificate.comparisons[1], divergence=None)
    verdict = verdict_of(replace(broken_certificate, comparisons=(report,)))
    assert verdict.details[0].endswith("The first diverging layer was not looked for.")


def test_a_certificate_without_comparisons_is_not_a_proof(certificate):
    verdict = verdict_of(replace(certificate, comparisons=()))
    assert (verdict.word, verdict.level) == ("NOT COMPARED", "bad")


def test_the_summary_holds_the_numbers_of_the_records(point):
    numbers = {number.name: number for number in key_numbers(point)}
    assert list(numbers) == [
        "accuracy, csim", "exact outputs", "zero weights", "BOPs", "EBOPs", "target", "strategy",
    ]  # fmt: skip
    assert [line.split(":")[0] for line in numbers["accuracy, csim"].lines] == ["float", "QKeras"]
    assert numbers["exact outputs"].value == "100 %"
    assert numbers["exact outputs"].lines == ("3,600 of 3,600 compared",)
    assert numbers["zero weights"].value == "75 %"
    assert numbers["BOPs"].value == "2,469"
    assert numbers["EBOPs"].value == "912"
    assert numbers["target"].lines[0] == "2.5 ns clock, 400 MHz"


def test_a_design_point_without_quality_has_no_accuracy(point):
    first = key_numbers(replace(point, quality=()))[0]
    assert (first.name, first.value) == ("accuracy", "not measured")
