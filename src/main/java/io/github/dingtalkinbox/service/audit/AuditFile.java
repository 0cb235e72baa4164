package io.github.dingtalkinbox.service.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * A query of {@code db/audit}.
 *
 * @param name of its file
 * @param comment its first lines: the question, how to read the answer, what is normal
 */
record AuditFile(String name, List<String> comment, String sql) {
    private static final String COMMENT = "-- ";

    /** All files of a folder, by name. */
    static List<AuditFile> all(String folder) {
        try {
            Resource[] files = new PathMatchingResourcePatternResolver(AuditFile.class.getClassLoader())
                    .getResources("classpath:dingtalk-inbox/db/audit/" + folder + "/*.sql");
            return Arrays.stream(files)
                    .map(AuditFile::of)
                    .sorted(Comparator.comparing(AuditFile::name))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The jar lacks the queries of db/audit/" + folder, e);
        }
    }

    /** The first line. */
    String question() {
        return comment.isEmpty() ? "" : comment.get(0);
    }

    private static AuditFile of(Resource file) {
        try {
            String sql = file.getContentAsString(UTF_8);
            List<String> comment = sql.lines()
                    .takeWhile(line -> line.startsWith(COMMENT))
                    .map(line -> line.substring(COMMENT.length()))
                    .toList();
            return new AuditFile(Objects.requireNonNull(file.getFilename()).replace(".sql", ""), comment, sql);
        } catch (IOException e) {
            throw new UncheckedIOException("The query " + file + " cannot be read", e);
        }
    }
}
