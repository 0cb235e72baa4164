package io.github.dingtalkinbox.testing;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;
import java.util.List;

/**
 * How somebody looks at pages.
 *
 * @param language that his browser asks for
 */
public record Look(String language, boolean isDark, boolean isOnAPhone) {
    /** In English, by day, on a computer. */
    public static final Look PLAIN = new Look("en", false, false);

    static final int PHONE_WIDTH = 390;

    NewContextOptions options() {
        NewContextOptions options = new NewContextOptions()
                .setLocale(language)
                .setColorScheme(isDark ? ColorScheme.DARK : ColorScheme.LIGHT)
                .setPermissions(List.of("clipboard-read", "clipboard-write"));
        return isOnAPhone
                ? options.setViewportSize(PHONE_WIDTH, 844).setIsMobile(true).setHasTouch(true)
                : options.setViewportSize(1280, 800);
    }
}
