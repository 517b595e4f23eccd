package io.lynxeye.bench.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What no answer may be.
 *
 * @param folders of this machine, which no answer may name
 */
record AnswerRules(List<String> folders) {

  /** Busy, late; and what HTTP has for a method or a version that is not known. */
  private static final Set<Integer> ALLOWED = Set.of(501, 503, 504, 505);

  private static final Pattern INSIDE =
      Pattern.compile(
          "\\bjava\\.[a-z]|\\bio\\.lynxeye|\\bio\\.(vertx|netty)|com\\.fasterxml|\\bat [a-z]+\\.[a-z]|ai\\.djl");

  /** What is wrong with what came; empty when nothing is. */
  Optional<String> broken(Attempt attempt, RawExchange exchange) {
    if (exchange.isHung()) {
      return Optional.of("neither answered nor closed");
    }
    return exchange.answers().stream()
        .flatMap(answer -> broken(attempt, answer).stream())
        .findFirst();
  }

  private Optional<String> broken(Attempt attempt, RawAnswer answer) {
    if (answer.status() == 0) {
      return Optional.of("no HTTP: " + answer.head());
    }
    if (answer.status() >= 500 && !ALLOWED.contains(answer.status())) {
      return Optional.of(answer.status() + " " + answer.body());
    }
    return isToldInside(attempt, answer)
        ? Optional.of("tells of the inside: " + answer.head() + answer.body())
        : Optional.empty();
  }

  /** Administrators may know where a model lies; what the caller said may come back. */
  private boolean isToldInside(Attempt attempt, RawAnswer answer) {
    String text = answer.head() + answer.body();
    boolean isTold = attempt.isForAdministrators() && answer.status() == 200;
    if (isTold) {
      return false;
    }
    Matcher inside = INSIDE.matcher(text);
    return (inside.find() && !isSaid(attempt, inside.group()))
        || folders.stream().anyMatch(folder -> text.contains(folder) && !isSaid(attempt, folder));
  }

  private static boolean isSaid(Attempt attempt, String text) {
    return attempt.pieces().stream()
        .anyMatch(piece -> new String(piece, StandardCharsets.ISO_8859_1).contains(text));
  }
}
