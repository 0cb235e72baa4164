package io.github.dingtalkinbox.bench.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Charts side by side, as SVG: the throughput for each value of what was varied. */
final class GrowthPicture {
    private static final int WIDTH = 250;
    private static final int HEIGHT = 240;
    private static final int LEFT = 20;
    private static final int TOP = 50;
    private static final int BOTTOM = 190;

    private final List<Chart> charts = new ArrayList<>();

    /** @param values in the order in which they stand in the chart */
    void add(String varied, List<Series> values) {
        charts.add(new Chart(
                varied,
                values.stream().map(Series::name).toList(),
                values.stream().map(Series::medianRate).toList()));
    }

    void write(Path file) throws IOException {
        StringBuilder svg = new StringBuilder(format(
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
                <rect width="100%%" height="100%%" fill="white"/>
                """,
                WIDTH * charts.size(),
                HEIGHT));
        double highest = charts.stream()
                .flatMap(chart -> chart.rates().stream())
                .mapToDouble(rate -> rate)
                .max()
                .orElseThrow();
        for (int n = 0; n < charts.size(); n++) {
            svg.append(format("<g transform=\"translate(%d 0)\">%n", n * WIDTH))
                    .append(charts.get(n).svg(highest))
                    .append("</g>\n");
        }
        Files.writeString(file, svg.append("</svg>\n"));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private record Chart(String varied, List<String> values, List<Double> rates) {
        private String svg(double highest) {
            StringBuilder points = new StringBuilder();
            StringBuilder labels = new StringBuilder();
            for (int n = 0; n < values.size(); n++) {
                double x = LEFT + (WIDTH - 2.0 * LEFT) * (n + 0.5) / values.size();
                double y = BOTTOM - (BOTTOM - TOP) * rates.get(n) / highest;
                points.append(format("%.1f,%.1f ", x, y));
                labels.append(format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#0b5\"/>%n", x, y))
                        .append(text(x, y - 8, format("%,.0f", rates.get(n))))
                        .append(text(x, BOTTOM + 16, values.get(n)));
            }
            return text(WIDTH / 2.0, 20, "callbacks/s by " + varied)
                    + format("<path d=\"M%d %dH%d\" stroke=\"#999\"/>%n", LEFT, BOTTOM, WIDTH - LEFT)
                    + format("<polyline points=\"%s\" fill=\"none\" stroke=\"#0b5\" stroke-width=\"2\"/>%n", points)
                    + labels;
        }

        private static String text(double x, double y, String text) {
            return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>%n", x, y, text);
        }
    }
}
