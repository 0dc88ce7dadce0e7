"""What a study says before it computes anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import InputError
from holdfast.study.run import run_study
from tests.unit.scenario.examples import edited


@pytest.mark.parametrize(("proposal", "told"), [("ceasefire-alone", True), ("guaranteed", False)])
def test_a_principal_that_does_not_sign_is_noticed(tmp_path: Path, proposal: str, told: bool) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(edited(("signatories: [A, B]", "signatories: [A]")), encoding="utf-8")
    notices: list[str] = []
    with pytest.raises(InputError, match="is a file"):  # so that nothing is drawn
        run_study(file, proposals=[proposal], out=file, draws=64, notice=notices.append)
    assert [
        f"{file}: warning: proposals.ceasefire-alone.signatories: the principal B" in n for n in notices
    ] == ([True] if told else [])
