"""Reports of a run: a page for people, and JUnit XML, CSV and JSON for other tools."""

from eval.report.html import write_html
from eval.report.junit import write_junit
from eval.report.plain import write_json
from eval.report.spreadsheet import write_csv

__all__ = ["write_csv", "write_html", "write_json", "write_junit"]
