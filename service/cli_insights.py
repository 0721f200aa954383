"""`kefu insights`: what the shop learns, in the terminal. Each command is a module of its own beside this one."""

from __future__ import annotations

import typer

from service.cli_insights_export import export
from service.cli_insights_findings import findings
from service.cli_insights_forecast import forecast
from service.cli_insights_outreach import outreach
from service.cli_insights_recommend import recommend
from service.cli_insights_refresh import refresh
from service.cli_insights_report import report
from service.cli_insights_risk import risk
from service.cli_insights_simulate import simulate

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""What the shop learns from its conversations: findings, forecasts, risks, recommendations.

    `kefu insights report --out report.html` writes one page with everything.""",
)
app.command()(findings)
app.command()(recommend)
app.command()(simulate)
app.command()(forecast)
app.command()(outreach)
app.command()(risk)
app.command()(refresh)
app.command()(export)
app.command()(report)
