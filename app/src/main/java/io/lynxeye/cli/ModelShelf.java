package io.lynxeye.cli;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Models that can be looked at and changed: a store, or a running server and its store. Versions
 * are objects with {@code modelName}, {@code version} where there is one, {@code state}, {@code
 * reason} where it cannot be served, and what else is known, by the same names in both.
 */
interface ModelShelf {

  /** Every version of every model, by name and number. */
  List<JsonObject> list() throws Failure, InterruptedException;

  /**
   * All that is known of a model's versions.
   *
   * @throws Failure when there is no such model
   */
  List<JsonObject> describe(String model) throws Failure, InterruptedException;

  /**
   * Brings a version in.
   *
   * @param source file or address of an archive; empty = the model is one of the catalogue
   * @return what to tell
   */
  String add(String model, Optional<String> source, OptionalInt version, Optional<String> sha256)
      throws Failure, InterruptedException;

  /**
   * Takes a model, or one of its versions, out.
   *
   * @return what to tell
   * @throws Failure when there is no such model or version
   */
  String remove(String model, OptionalInt version) throws Failure, InterruptedException;
}
