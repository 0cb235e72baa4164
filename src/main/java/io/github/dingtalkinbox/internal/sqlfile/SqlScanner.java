package io.github.dingtalkinbox.internal.sqlfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts SQL into tokens by PostgreSQL's lexical rules, far enough to tell operators, words and semicolons from the
 * content of quotes and comments. What is not closed ends with the text: PostgreSQL explains that better than we could.
 */
final class SqlScanner {
    // A group for each kind. A doubled quote begins another token of the same kind, except after an E, where a
    // backslash escapes until the end.
    private static final Pattern TOKEN = Pattern.compile("""
            (?<BLANK> [\\p{javaWhitespace}]++ | --[^\\r\\n]*+ )
            | (?<PARAMETER> \\$[0-9]++ )
            | (?<QUOTED> [eE]'(?:[^'\\\\]++|''|\\\\.?+)*+'? | '[^']*+'? | "[^"]*+"?
                | (?<tag> \\$ (?:[A-Za-z_[^\\x00-\\x7F]][A-Za-z_0-9[^\\x00-\\x7F]]*+)? \\$ ) .*? (?:\\k<tag>|\\z) )
            | (?<WORD> [A-Za-z_[^\\x00-\\x7F]][A-Za-z_0-9$[^\\x00-\\x7F]]*+ )
            | (?<QUESTION> \\? )
            | (?<SEMICOLON> ; )
            | (?<OTHER> [0-9][A-Za-z_0-9$[^\\x00-\\x7F]]*+ | . )
            """, Pattern.COMMENTS | Pattern.DOTALL);

    private SqlScanner() {}

    enum Kind {
        WORD,
        QUOTED,
        /** The character {@code ?}, alone or at the beginning of an operator. */
        QUESTION,
        /** {@code $1} */
        PARAMETER,
        SEMICOLON,
        OTHER
    }

    /** @param end the index after the last character */
    record Token(Kind kind, int start, int end) {
        /** The word in lower case; empty for any other token. */
        String word(String text) {
            return kind == Kind.WORD ? text.substring(start, end).toLowerCase(Locale.ROOT) : "";
        }
    }

    /** All tokens of the text, without white space and comments. */
    static List<Token> scan(String text) {
        List<Token> tokens = new ArrayList<>();
        Matcher next = TOKEN.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("/*", at)) {
                at = endOfBlockComment(text, at);
            } else if (next.region(at, text.length()).lookingAt()) {
                for (Kind kind : Kind.values()) {
                    if (next.start(kind.name()) >= 0) {
                        tokens.add(new Token(kind, at, next.end()));
                    }
                }
                at = next.end();
            }
        }
        return tokens;
    }

    /** In PostgreSQL these nest. */
    private static int endOfBlockComment(String text, int start) {
        int at = start;
        int depth = 0;
        do {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < text.length());
        return Math.min(at, text.length());
    }
}
