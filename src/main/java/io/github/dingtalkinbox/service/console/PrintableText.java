package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.text.Printable;
import java.util.Set;
import org.thymeleaf.dialect.AbstractDialect;
import org.thymeleaf.dialect.IPostProcessorDialect;
import org.thymeleaf.engine.AbstractTemplateHandler;
import org.thymeleaf.model.IText;
import org.thymeleaf.postprocessor.IPostProcessor;
import org.thymeleaf.postprocessor.PostProcessor;
import org.thymeleaf.templatemode.TemplateMode;

/**
 * Makes the text of all pages {@link Printable}. Attributes stay unchanged, because forms send them back. Public for
 * Thymeleaf.
 */
public final class PrintableText extends AbstractTemplateHandler {
    private static final int PRECEDENCE = 1000;
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    @Override
    public void handleText(IText text) {
        String written = text.getText();
        String printable = printable(written);
        super.handleText(
                written.equals(printable)
                        ? text
                        : getContext().getModelFactory().createText(printable));
    }

    /** A browser shows a line break as a space, and may know characters that this JVM does not. */
    static String printable(String text) {
        return Printable.shown(text, PrintableText::isHarmless);
    }

    private static boolean isHarmless(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL -> codePoint == '\n' || codePoint == '\r' || codePoint == '\t';
            case Character.FORMAT -> codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER;
            case Character.SURROGATE -> false;
            default -> true;
        };
    }

    static final class Dialect extends AbstractDialect implements IPostProcessorDialect {
        Dialect() {
            super("printable");
        }

        @Override
        public int getDialectPostProcessorPrecedence() {
            return PRECEDENCE;
        }

        @Override
        public Set<IPostProcessor> getPostProcessors() {
            return Set.of(new PostProcessor(TemplateMode.HTML, PrintableText.class, PRECEDENCE));
        }
    }
}
