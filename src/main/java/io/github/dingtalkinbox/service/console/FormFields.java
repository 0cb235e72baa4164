package io.github.dingtalkinbox.service.console;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.servlet.support.csrf.CsrfRequestDataValueProcessor;
import org.springframework.web.servlet.support.RequestDataValueProcessor;

/**
 * The hidden fields of every form that changes something: a token that keeps other sites from sending it, and a number
 * that keeps it from taking effect twice.
 */
final class FormFields implements RequestDataValueProcessor {
    private final CsrfRequestDataValueProcessor token = new CsrfRequestDataValueProcessor();

    @Override
    public String processAction(HttpServletRequest request, String action, String method) {
        return token.processAction(request, action, method);
    }

    @Override
    public String processFormFieldValue(HttpServletRequest request, @Nullable String name, String value, String type) {
        return token.processFormFieldValue(request, name, value, type);
    }

    /** A GET form gets none. */
    @Override
    public Map<String, String> getExtraHiddenFields(HttpServletRequest request) {
        Map<String, String> fields = token.getExtraHiddenFields(request);
        if (fields.isEmpty()) {
            return fields;
        }
        Map<String, String> all = new TreeMap<>(fields);
        all.put(SentForms.NUMBER, UUID.randomUUID().toString());
        return all;
    }

    @Override
    public String processUrl(HttpServletRequest request, String url) {
        return token.processUrl(request, url);
    }
}
