package io.github.dingtalkinbox.internal.recovery;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Whether some app may call DingTalk, or was meant to. */
final class AppKeysConfigured implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
        return AppKeys.in(context.getEnvironment()).areThere();
    }
}
