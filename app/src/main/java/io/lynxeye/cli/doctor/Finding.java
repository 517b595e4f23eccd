package io.lynxeye.cli.doctor;

import com.google.gson.GsonBuilder;
import java.util.List;

/**
 * The result of one check of {@code doctor}.
 *
 * @param what the subject of the check
 * @param level the severity
 * @param found what the check found
 * @param cure what to do; empty when nothing needs to be done
 */
public record Finding(String what, Level level, String found, String cure) {

  /** The severity of a finding. */
  public enum Level {
    OK,
    /** The server works, with a limitation or risk. */
    NOTE,
    /** The server cannot work. */
    PROBLEM
  }

  public static Finding ok(String what, String found) {
    return new Finding(what, Level.OK, found, "");
  }

  public static Finding note(String what, String found, String cure) {
    return new Finding(what, Level.NOTE, found, cure);
  }

  public static Finding problem(String what, String found, String cure) {
    return new Finding(what, Level.PROBLEM, found, cure);
  }

  /** Returns the finding as a line of text, and its cure as a second line. */
  public String text() {
    String mark =
        switch (level) {
          case OK -> "ok  ";
          case NOTE -> "note";
          case PROBLEM -> "FAIL";
        };
    String line = "%s  %-12s %s".formatted(mark, what, found);
    return cure.isEmpty() ? line : "%s%n%20s-> %s".formatted(line, "", cure);
  }

  /** Returns findings as a JSON array of objects with the components of this record. */
  public static String json(List<Finding> findings) {
    return new GsonBuilder().disableHtmlEscaping().create().toJson(findings);
  }
}
