"""What is asked of linking beside plain Splink is held against the figures, and what falls short is named."""

import pytest

from sinergi.bench import compare


def ours(people, seconds, f1=0.999, peak=3_000.0):
    scores = {"precision": f1, "recall": f1, "f1": f1}
    return {"records": people * 3, "seconds": seconds, "peak_mb": peak, "person": scores}


def result(seconds=30.0, f1=0.999, peak=3_000.0, febrl=0.998):
    plain = {"threshold": 0.99, "tutorial": {"f1": 0.9}}
    sizes = [
        {"people": people, "ours": mine, "splink": ours(people, 70.0, 0.99) | plain, "run": mine}
        for people, mine in ((30_000, ours(30_000, 3.0)), (300_000, ours(300_000, seconds, f1, peak)))
    ]
    scores = {"precision": 1.0, "recall": 1.0, "seconds": 1.0}
    pair = {"records": 1_000, "ours": scores | {"f1": febrl}, "splink": scores | {"f1": 0.997}}
    return {"febrl": {"1": pair}, "city": sizes}


def test_what_is_asked_is_met():
    assert compare.short(result()) == []
    assert "Short of" not in compare.page(result())
    assert compare.short({"febrl": {}, "city": []}) == []


@pytest.mark.parametrize(
    ("figures", "faults"),
    [
        ({"febrl": 0.996}, ["FEBRL 1: F1 0.9960, plain Splink 0.9970"]),
        ({"f1": 0.98}, ["city of 300,000: F1 0.98, at least 0.99 asked"]),
        ({"peak": 5_000.0}, ["city of 300,000: MB of `sinergi link run` 5,000, at most 4,096 asked"]),
        ({"seconds": 34.0}, ["city of 300,000: growth 1.133, at most 1.1 asked"]),
        ({"seconds": 61.0}, ["s of `sinergi link run` 61", "growth", "times faster 1.148"]),
    ],
)
def test_what_falls_short_is_named_with_its_figure(figures, faults):
    found = compare.short(result(**figures))
    told = "\n".join(found)
    assert all(fault in told for fault in faults)
    assert "Short of what is asked" in compare.page(result(**figures))
