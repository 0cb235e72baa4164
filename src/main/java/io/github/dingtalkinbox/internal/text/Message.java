package io.github.dingtalkinbox.internal.text;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.springframework.context.MessageSource;
import org.springframework.context.support.ResourceBundleMessageSource;

/**
 * A text for people, in their language. The words are in the bundles {@code dingtalk-inbox/messages} and, in the
 * service, also {@code dingtalk-inbox/service/messages}.
 *
 * @param key in the bundles
 * @param details the arguments, in the order of the placeholders; one that is a message itself is written in the same
 *     language
 */
public record Message(String key, List<Object> details) {
    private static final MessageSource BUNDLES = bundles();

    public Message {
        details = List.copyOf(details);
    }

    public static Message of(String key, Object... details) {
        return new Message(key, List.of(details));
    }

    /** In English, in one line, for the command line and the log. */
    public String text() {
        return text(Locale.ENGLISH, String::valueOf);
    }

    /**
     * In one line; in English if there is no translation.
     *
     * @param shown how a detail is written; the result is made {@link Printable}
     */
    public String text(Locale language, Function<Object, String> shown) {
        Object[] texts = details.stream()
                .map(detail -> detail instanceof Message message
                        ? message.text(language, shown)
                        : Printable.line(shown.apply(detail)))
                .toArray();
        return BUNDLES.getMessage(key, texts, language);
    }

    @Override
    public String toString() {
        return text();
    }

    private static MessageSource bundles() {
        ResourceBundleMessageSource bundles = new ResourceBundleMessageSource();
        bundles.setBundleClassLoader(Message.class.getClassLoader());
        bundles.setBasenames("dingtalk-inbox.messages", "dingtalk-inbox.service.messages");
        bundles.setDefaultEncoding("UTF-8");
        bundles.setFallbackToSystemLocale(false);
        bundles.setAlwaysUseMessageFormat(true);
        return bundles;
    }
}
