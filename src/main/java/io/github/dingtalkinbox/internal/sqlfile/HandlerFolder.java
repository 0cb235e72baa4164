package io.github.dingtalkinbox.internal.sqlfile;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.util.ResourceUtils;

/** The folder of the SQL files. */
final class HandlerFolder {
    private static final Logger log = LoggerFactory.getLogger(HandlerFolder.class);
    private static final String DEFAULT = "file:./handlers/";
    private static final String FILE = "file:";
    private static final String SUFFIX = ".sql";
    private static final Pattern EVENT_TYPE = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
    private static final Set<String> NEVER_AN_EVENT =
            Set.of("check_url", "check_create_suite_url", "check_update_suite_url");

    private final ResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
    private final boolean configured;
    private final String location;

    /** @param configured the user's setting; null: the default folder, which need not exist */
    HandlerFolder(@Nullable String configured) {
        String location = configured == null ? "" : configured.strip();
        this.configured = !location.isEmpty();
        this.location = this.configured ? asLocation(location) : DEFAULT;
    }

    /**
     * Reads the files, sorted by event type.
     *
     * @param problems gets what is wrong with files that cannot be read
     * @throws InvalidSqlFile if there is no such folder
     */
    List<SqlFile> read(List<String> problems) {
        var files = new TreeMap<String, SqlFile>();
        for (Resource resource : list()) {
            String name = String.valueOf(resource.getFilename());
            if (!name.toLowerCase(Locale.ROOT).endsWith(SUFFIX)) {
                log.info("Ignored, because it is not a .sql file: {}", display(name));
                continue;
            }
            try {
                SqlFile file = SqlFile.parse(eventType(name), new SourceFile(display(name), text(name, resource)));
                if (files.put(file.eventType(), file) != null) {
                    problems.add(display(name) + ": There are two files of this name on the class path. Remove one.");
                }
            } catch (InvalidSqlFile e) {
                problems.addAll(e.problems());
            }
        }
        return List.copyOf(files.values());
    }

    private List<Resource> list() {
        try {
            Resource folder = resolver.getResource(location);
            if (folder.isFile() && !folder.getFile().isDirectory()) {
                if (!configured) {
                    return List.of();
                }
                throw missing();
            }
            Resource[] found = resolver.getResources(location + "*");
            if (found.length == 0 && !folder.exists()) {
                throw missing();
            }
            return Arrays.stream(found).filter(HandlerFolder::isVisibleFile).toList();
        } catch (FileNotFoundException e) {
            throw missing();
        } catch (IOException e) {
            throw new InvalidSqlFile("inbox.handlers.location: " + location + " cannot be read: " + e.getMessage());
        }
    }

    private InvalidSqlFile missing() {
        return new InvalidSqlFile("inbox.handlers.location: there is no folder " + location
                + ". Create it, or correct the property (a path, or a location such as classpath:handlers/).");
    }

    private static boolean isVisibleFile(Resource resource) {
        String name = resource.getFilename();
        if (name == null || name.isEmpty() || name.startsWith(".")) {
            return false;
        }
        try {
            return !resource.isFile() || !resource.getFile().isDirectory();
        } catch (IOException e) {
            return true;
        }
    }

    private String eventType(String name) {
        String type = name.substring(0, name.length() - SUFFIX.length());
        if (!name.endsWith(SUFFIX) || !EVENT_TYPE.matcher(type).matches()) {
            throw new InvalidSqlFile(display(name) + ": A handler's name is the event type and .sql, such as"
                    + " bpms_instance_change.sql. Rename the file; to have it ignored, give it another ending.");
        }
        if (NEVER_AN_EVENT.contains(type)) {
            throw new InvalidSqlFile(display(name) + ": " + type + " is DingTalk's check of the callback URL. It is"
                    + " answered without any handler. Remove the file.");
        }
        return type;
    }

    private String text(String name, Resource resource) {
        try {
            byte[] bytes = resource.getContentAsByteArray();
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw new InvalidSqlFile(display(name) + ": It contains a NUL character. Save it as UTF-8.");
            }
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new InvalidSqlFile(display(name) + ": It is not UTF-8. Save it in this encoding.");
        } catch (IOException e) {
            throw new InvalidSqlFile(display(name) + ": It cannot be read: " + e.getMessage());
        }
    }

    /** The path as a user would type it. */
    private String display(String name) {
        return location.startsWith(FILE)
                ? Path.of(location.substring(FILE.length()), name).normalize().toString()
                : location + name;
    }

    private static String asLocation(String configured) {
        String location = ResourceUtils.isUrl(configured) || configured.startsWith("classpath*:")
                ? configured
                : FILE + configured;
        return location.endsWith("/") ? location : location + "/";
    }
}
