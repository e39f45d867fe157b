"""The page that lies beside a plan's scripts: what to type where the tool is installed."""

import shlex

from codesign.synthesis.vendor.plan import PlannedCommand, PlannedStep, SynthesisPlan


def readme(plan: SynthesisPlan) -> str:
    """Return the page, as Markdown."""
    steps = "\n".join(
        text for number, step in enumerate(plan.steps, start=1) for text in _step(number, step)
    )
    needs = "\n".join(f"- {need}" for need in plan.environment)
    return f"""\
# {plan.top}: {", ".join(plan.stages)} with {plan.tool}

Part {plan.part}, clock {plan.period_ns:g} ns. Plan {plan.digest[:16]} of the project
{plan.project_digest[:16]}.

Needed:
{needs}

Run the commands in this folder, inside of the project as it was generated: the scripts name its
files by relative paths. Where several commands stand in a step, use the one for your version.

{steps}
Then read the reports:

    codesign read-report .
"""


def command_line(command: PlannedCommand) -> str:
    """Return a command as it is typed."""
    return shlex.join((command.program, *command.arguments))


def _step(number: int, step: PlannedStep) -> list[str]:
    lines = [f"{number}. {step.stage}:", ""]
    for command in step.commands:
        lines += [f"       {command_line(command)}    # {command.versions}"]
    expected = dict.fromkeys(
        path for command in step.commands for path in (*command.reports, *command.products)
    )
    lines += ["", "   makes " + ", ".join(f"`{path}`" for path in expected), ""]
    return lines
