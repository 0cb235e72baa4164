package io.github.dingtalkinbox.service.console;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;
import org.webjars.WebJarVersionLocator;

/** The static files of the pages: those of libraries, and our own. */
final class Assets {
    private static final String FOLDER = "/assets/";

    private Assets() {}

    static void addTo(RouterFunctions.Builder routes) {
        addLibrary(routes, "htmx.org", "htmx.min.js");
        addLibrary(routes, "echarts", "echarts.min.js");
        for (String own : new String[] {"console.js", "console.css", "icon.svg"}) {
            add(routes, own, new ClassPathResource(ConsolePages.FOLDER + "assets/" + own));
        }
    }

    private static void addLibrary(RouterFunctions.Builder routes, String library, String file) {
        String path = new WebJarVersionLocator().fullPath(library, "dist/" + file);
        if (path == null) {
            throw new IllegalStateException("The jar lacks " + file);
        }
        add(routes, file, new ClassPathResource(path));
    }

    /** Browsers check each time that they have the latest version: the files change with the service. */
    private static void add(RouterFunctions.Builder routes, String name, Resource file) {
        routes.resource(
                RequestPredicates.path(FOLDER + name),
                file,
                (resource, headers) -> headers.setCacheControl(CacheControl.noCache()));
    }
}
