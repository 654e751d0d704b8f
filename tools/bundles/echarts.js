// The parts of ECharts that pages use, as one module: curves, bars, marks, zoom and a drawn table.
export { init, use, getInstanceByDom, connect } from "echarts/core";
import { use } from "echarts/core";
import { LineChart, BarChart, ScatterChart, HeatmapChart } from "echarts/charts";
import {
  DatasetComponent, DataZoomComponent, GridComponent, LegendComponent, MarkAreaComponent,
  MarkLineComponent, MarkPointComponent, TooltipComponent, VisualMapComponent, AriaComponent,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([
  LineChart, BarChart, ScatterChart, HeatmapChart, DatasetComponent, DataZoomComponent,
  GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent,
  TooltipComponent, VisualMapComponent, AriaComponent, CanvasRenderer,
]);
