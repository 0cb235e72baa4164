package io.github.dingtalkinbox.service.console;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;

/** The static files of the pages: those of libraries, and our own. */
final class Assets {
    private static final String FOLDER = "/assets/";

    private Assets() {}

    static void addTo(RouterFunctions.Builder routes) {
        // The first two are those of libraries, which the build unpacks beside ours.
        for (String file : new String[] {"htmx.min.js", "echarts.min.js", "console.js", "console.css", "icon.svg"}) {
            add(routes, file, new ClassPathResource(ConsolePages.FOLDER + "assets/" + file));
        }
    }

    /** Browsers check each time that they have the latest version: the files change with the service. */
    private static void add(RouterFunctions.Builder routes, String name, Resource file) {
        routes.resource(
                RequestPredicates.path(FOLDER + name),
                file,
                (resource, headers) -> headers.setCacheControl(CacheControl.noCache()));
    }
}
