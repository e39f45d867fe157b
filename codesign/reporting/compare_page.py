"""The page of a comparison: firmware, this host, and what others published."""

from pathlib import Path

from codesign.design.candidate import Candidate
from codesign.design.codec import to_json
from codesign.design.comparison import Comparison
from codesign.reporting.compare_figures import comparison_figure
from codesign.reporting.compare_protocol_tables import (
    agreement_table,
    missing_table,
    protocol_table,
)
from codesign.reporting.compare_published_tables import (
    published_hardware_table,
    published_table,
)
from codesign.reporting.compare_tables import comparison_table, crossings_table, speedup_table
from codesign.reporting.compare_words import duration_ns, evidence_word, rate, runtime_name
from codesign.reporting.overview import KeyNumber, Verdict
from codesign.reporting.sections import Page, Section, write_page


def write_compare_page(candidate: Candidate, comparison: Comparison, *, path: Path) -> Path:
    """Write the page of a comparison and return its path.

    Args:
        candidate: What was compared.
        comparison: The numbers.
        path: The HTML file; its folder must exist.

    Raises:
        InvalidDataError: If the folder does not exist.
    """
    baselines = comparison.baselines
    batches = [batch for batch in baselines.protocol.batches if baselines.of(batch=batch)]
    figures = tuple(comparison_figure(comparison, batch=batch) for batch in batches)
    published = comparison.published
    sections = [
        Section(
            title="Side by side",
            items=(*figures[:1], speedup_table(comparison), *figures[1:]),
            notes=comparison.left_out,
        ),
        Section(title="All rows", items=(comparison_table(comparison),)),
        Section(title="40 MHz", items=(crossings_table(comparison),)),
    ]
    if published is not None:
        shown = [published_table(published)]
        hardware = comparison.published_hardware
        if hardware is not None:
            shown.append(published_hardware_table(hardware, comparison.estimated))
        sections.append(Section(title="Published", items=tuple(shown)))
    sections.append(
        Section(
            title="How it was measured",
            items=(
                agreement_table(baselines),
                *((missing_table(baselines),) if baselines.missing else ()),
                protocol_table(baselines),
            ),
        )
    )
    page = Page(
        kind="comparison",
        name=candidate.name,
        subtitle=f"{baselines.host.processor}, {baselines.host.cores} cores · {baselines.utc}",
        verdict=comparison_verdict(comparison),
        key_numbers=_key_numbers(comparison),
        evidence=(
            "CPU and GPU rows are MEASURED on this host; FPGA rows carry their own evidence and "
            "end at the pins of the chip: links, host and event building are on no side."
        ),
        sections=tuple(sections),
        source=to_json(candidate),
    )
    return write_page(page, path)


def comparison_verdict(comparison: Comparison) -> Verdict:
    """Return whether the table is whole and the host was quiet."""
    baselines, noise = comparison.baselines, comparison.noise
    lost = [each for each in baselines.missing if each.why.value in ("failed", "refused")]
    details = [*noise, *(f"{each.runtime}: {each.why}" for each in lost)]
    if not noise and not baselines.is_partial:
        text = f"{len(baselines.measured)} cells on a quiet host; every output equals Keras's."
        return Verdict(word="COMPLETE", level="good", text=text)
    word = " · ".join(
        word for word, said in (("NOISY", noise), ("PARTIAL", baselines.is_partial)) if said
    )
    text = "Not to be quoted as it stands: ratios are left out where the host disturbs them."
    if comparison.accepted_noise and noise:
        text = (
            "Ratios were asked for on a noisy host (--accept-noise): they are orders of magnitude."
        )
    elif not noise:
        text = "Some runtimes have no number; those that have are whole."
    return Verdict(word=word, level="bad", text=text, details=tuple(dict.fromkeys(details)))


def _key_numbers(comparison: Comparison) -> tuple[KeyNumber, ...]:
    numbers = []
    baselines = comparison.baselines
    first = baselines.of(batch=baselines.protocol.batches[0])
    if first:
        best = first[0]
        numbers.append(
            KeyNumber(
                name=f"best runtime, batch {best.batch}",
                value=duration_ns(1000 * best.latency.p50_us),
                lines=(runtime_name(best), f"{rate(best.events_per_s)} events/s"),
            )
        )
    numbers += [
        KeyNumber(
            name=f"FPGA {each.device}",
            value=duration_ns(each.latency_ns.value),
            lines=(evidence_word(each), f"{rate(each.events_per_s)} events/s"),
        )
        for each in comparison.firmware
    ]
    if comparison.crossings is not None:
        found = comparison.crossings
        numbers.append(
            KeyNumber(
                name="cores for 40 MHz",
                value=f"{found.cores:,}",
                lines=(f"{found.runtime}, batch 1, one core",),
            )
        )
    return tuple(numbers)
