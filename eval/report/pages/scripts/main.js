/** Everything starts here. */
import { drawCharts } from "./charts.js";
import { comparison } from "./comparison.js";
import { controls } from "./controls.js";
import { copying } from "./copying.js";
import { list } from "./list.js";
import { sheet } from "./sheet.js";
import { linksOfFilters } from "./links.js";

copying();
controls();
list();
comparison();
sheet();
linksOfFilters();
drawCharts();
