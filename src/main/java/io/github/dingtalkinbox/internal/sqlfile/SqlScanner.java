package io.github.dingtalkinbox.internal.sqlfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts SQL into tokens by PostgreSQL's lexical rules, as far as it takes to tell operators, words and semicolons from
 * what stands in quotes and comments. What is not closed ends with the text: PostgreSQL says so better than we could.
 */
final class SqlScanner {
    enum Kind {
        WORD,
        QUOTED,
        /** The character {@code ?}, alone or as the beginning of an operator. */
        QUESTION_MARK,
        /** {@code $1} */
        PARAMETER,
        SEMICOLON,
        OTHER
    }

    /** @param end the index behind the last character */
    record Token(Kind kind, int start, int end) {
        /** The word in lower case; empty for any other token. */
        String word(String text) {
            return kind == Kind.WORD ? text.substring(start, end).toLowerCase(Locale.ROOT) : "";
        }
    }

    private final String text;

    private SqlScanner(String text) {
        this.text = text;
    }

    /** All tokens of the text, without white space and comments. */
    static List<Token> scan(String text) {
        SqlScanner scanner = new SqlScanner(text);
        List<Token> tokens = new ArrayList<>();
        int at = scanner.skipBlanks(0);
        while (at < text.length()) {
            Token token = scanner.token(at);
            tokens.add(token);
            at = scanner.skipBlanks(token.end());
        }
        return tokens;
    }

    private Token token(int start) {
        char c = text.charAt(start);
        if (isIdentifierStart(c)) {
            boolean escapes = (c == 'e' || c == 'E') && charAt(start + 1) == '\'';
            return escapes
                    ? new Token(Kind.QUOTED, start, endOfQuoted(start + 1, true))
                    : new Token(Kind.WORD, start, endOfWord(start));
        }
        if (isDigit(c)) {
            return new Token(Kind.OTHER, start, endOfWord(start));
        }
        return switch (c) {
            case '\'', '"' -> new Token(Kind.QUOTED, start, endOfQuoted(start, false));
            case '$' -> dollar(start);
            case '?' -> new Token(Kind.QUESTION_MARK, start, start + 1);
            case ';' -> new Token(Kind.SEMICOLON, start, start + 1);
            default -> new Token(Kind.OTHER, start, start + 1);
        };
    }

    private int endOfWord(int start) {
        int at = start;
        while (isIdentifierStart(charAt(at)) || isDigit(charAt(at)) || charAt(at) == '$') {
            at++;
        }
        return at;
    }

    private int endOfQuoted(int start, boolean backslashEscapes) {
        char quote = text.charAt(start);
        int at = start + 1;
        while (at < text.length()) {
            if (text.charAt(at) == quote) {
                if (charAt(at + 1) != quote) {
                    return at + 1;
                }
                at++;
            } else if (backslashEscapes && text.charAt(at) == '\\') {
                at++;
            }
            at++;
        }
        return text.length();
    }

    /** A parameter, or a text quoted by {@code $tag$}. */
    private Token dollar(int start) {
        int at = start + 1;
        if (isDigit(charAt(at))) {
            while (isDigit(charAt(at))) {
                at++;
            }
            return new Token(Kind.PARAMETER, start, at);
        }
        while (isIdentifierStart(charAt(at)) || isDigit(charAt(at))) {
            at++;
        }
        if (charAt(at) != '$') {
            return new Token(Kind.OTHER, start, start + 1);
        }
        String tag = text.substring(start, at + 1);
        int close = text.indexOf(tag, at + 1);
        return new Token(Kind.QUOTED, start, close < 0 ? text.length() : close + tag.length());
    }

    private int skipBlanks(int start) {
        int at = start;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("--", at)) {
                at = endOfLine(at);
            } else if (text.startsWith("/*", at)) {
                at = endOfBlockComment(at);
            } else {
                break;
            }
        }
        return at;
    }

    private int endOfLine(int start) {
        int at = start;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    /** In PostgreSQL these nest. */
    private int endOfBlockComment(int start) {
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

    /** NUL behind the end; there is none in the text. */
    private char charAt(int at) {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isIdentifierStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }
}
