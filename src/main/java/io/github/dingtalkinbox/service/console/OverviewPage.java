package io.github.dingtalkinbox.service.console;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.dingtalkinbox.internal.job.NodeName;
import io.github.dingtalkinbox.internal.stream.StreamLevels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** The overview, which updates itself while it is open. */
final class OverviewPage {
    private static final JsonMapper JSON = new JsonMapper();
    /** For any number of viewers. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private final LoadingCache<Span, Overview> overviews;
    private final @Nullable StreamLevels stream;
    private final Layout layout;

    /** @param stream null: no app has Stream enabled */
    OverviewPage(OverviewReader reader, @Nullable StreamLevels stream, Layout layout) {
        this.overviews = Caffeine.newBuilder().expireAfterWrite(FRESH).build(reader::read);
        this.stream = stream;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET("", request -> Layout.seeOther(request, "/overview"))
                .GET("/", request -> Layout.seeOther(request, "/overview"))
                .GET("/overview", request -> layout.show(request, "overview", model(request)))
                .GET("/overview/now", this::now);
    }

    private ServerResponse now(ServerRequest request) {
        return layout.show(request, "overview :: now", model(request));
    }

    private Map<String, Object> model(ServerRequest request) {
        Span span = Span.of(Filter.text(request, "span"));
        Overview overview = overviews.get(span);
        Map<String, Object> model = new TreeMap<>();
        model.put("span", span.key());
        model.put("spans", List.of(Span.DAY.key(), Span.WEEK.key(), Span.MONTH.key()));
        model.put("overview", overview);
        model.put("traffic", JSON.writeValueAsString(overview.traffic()));
        model.put("gaps", JSON.writeValueAsString(overview.gaps()));
        if (stream != null) {
            model.put("node", NodeName.get());
            model.put("connections", stream.connections());
        }
        return model;
    }
}
