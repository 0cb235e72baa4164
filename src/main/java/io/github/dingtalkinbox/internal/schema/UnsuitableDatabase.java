package io.github.dingtalkinbox.internal.schema;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.util.List;

/** The database cannot keep the promise, cannot hold the tables, or cannot be reached. Nothing was changed in it. */
public final class UnsuitableDatabase extends ConfigurationProblem {
    /** @param remedies what to do, one step each */
    UnsuitableDatabase(String description, List<String> remedies) {
        super(description, String.join(System.lineSeparator(), remedies));
    }
}
