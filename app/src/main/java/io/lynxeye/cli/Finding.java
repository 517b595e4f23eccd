package io.lynxeye.cli;

import com.google.gson.JsonObject;

/**
 * One thing {@code doctor} looked at.
 *
 * @param what what was looked at
 * @param level whether it is as it should be
 * @param found what is there
 * @param cure what to do; empty where nothing needs doing
 */
record Finding(String what, Level level, String found, String cure) {

  /** Whether something is as it should be. */
  enum Level {
    OK,
    /** Works, but is worth knowing. */
    NOTE,
    /** Needed, and missing: the server cannot serve. */
    PROBLEM
  }

  static Finding ok(String what, String found) {
    return new Finding(what, Level.OK, found, "");
  }

  static Finding note(String what, String found, String cure) {
    return new Finding(what, Level.NOTE, found, cure);
  }

  static Finding problem(String what, String found, String cure) {
    return new Finding(what, Level.PROBLEM, found, cure);
  }

  /** A line for people, and a second one with the cure. */
  String text() {
    String mark =
        switch (level) {
          case OK -> "ok  ";
          case NOTE -> "note";
          case PROBLEM -> "FAIL";
        };
    String line = "%s  %-12s %s".formatted(mark, what, found);
    return cure.isEmpty() ? line : "%s%n%20s-> %s".formatted(line, "", cure);
  }

  JsonObject json() {
    JsonObject json = new JsonObject();
    json.addProperty("what", what);
    json.addProperty("level", level.name());
    json.addProperty("found", found);
    json.addProperty("cure", cure);
    return json;
  }
}
