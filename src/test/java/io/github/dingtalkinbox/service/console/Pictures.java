package io.github.dingtalkinbox.service.console;

import com.microsoft.playwright.Page;
import io.github.dingtalkinbox.testing.Tab;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** The pictures of the console in the documentation: written where somebody asks for it, with -Dscreenshots=write. */
final class Pictures {
    private static final Path FOLDER = Path.of("src/docs/images");
    static final int LARGEST = 100_000;

    private static final int HIGH = 1000;
    /** Of what has much text. */
    private static final int LOW = 700;

    private static final int COLOURS = 256;
    private static final int ALIKE = 100;
    private static final int OPAQUE = 0xFFFFFF;

    private Pictures() {}

    static boolean areWanted() {
        return "write".equals(System.getProperty("screenshots"));
    }

    /** Those of the console, among others of the documentation. */
    static List<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().startsWith("console-"))
                    .toList();
        }
    }

    /** Writes what the tab shows, from the top. */
    static void take(Tab tab, String name) throws IOException {
        byte[] seen = tab.page().screenshot(new Page.ScreenshotOptions().setFullPage(true));
        BufferedImage whole = ImageIO.read(new ByteArrayInputStream(seen));
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        ImageIO.write(
                inFewColours(whole.getSubimage(
                        0,
                        0,
                        whole.getWidth(),
                        Math.min(name.equals("events") || name.equals("duplicates") ? LOW : HIGH, whole.getHeight()))),
                "png",
                picture);
        Files.createDirectories(FOLDER);
        Files.write(FOLDER.resolve("console-" + name + ".png"), picture.toByteArray());
    }

    /** A third of the size: each pixel in the colour of a small palette that is most like its own. */
    private static BufferedImage inFewColours(BufferedImage full) {
        int[] pixels = full.getRGB(0, 0, full.getWidth(), full.getHeight(), null, 0, full.getWidth());
        int[] colours = palette(pixels);
        IndexColorModel model = new IndexColorModel(8, colours.length, colours, 0, false, -1, 0);
        BufferedImage few =
                new BufferedImage(full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int i = 0; i < pixels.length; i++) {
            int index = nearest.computeIfAbsent(pixels[i] & OPAQUE, colour -> nearest(colour, colours));
            few.getRaster().setSample(i % full.getWidth(), i / full.getWidth(), 0, index);
        }
        return few;
    }

    /** Those that there is most of; of such that look the same, one, so that there is room for rare ones. */
    private static int[] palette(int[] pixels) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int pixel : pixels) {
            counts.merge(pixel & OPAQUE, 1, Integer::sum);
        }
        List<Integer> frequent = counts.keySet().stream()
                .sorted(Comparator.comparing((Integer colour) -> -counts.getOrDefault(colour, 0)))
                .toList();
        int[] palette = {frequent.get(0)};
        for (int colour : frequent) {
            if (palette.length < COLOURS && distance(colour, palette[nearest(colour, palette)]) > ALIKE) {
                palette = Arrays.copyOf(palette, palette.length + 1);
                palette[palette.length - 1] = colour;
            }
        }
        return palette;
    }

    private static int nearest(int colour, int[] colours) {
        int best = 0;
        for (int i = 1; i < colours.length; i++) {
            if (distance(colour, colours[i]) < distance(colour, colours[best])) {
                best = i;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            int difference = (one >> shift & 0xFF) - (other >> shift & 0xFF);
            sum += difference * difference;
        }
        return sum;
    }
}
