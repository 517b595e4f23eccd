package io.lynxeye.cli.models;

import com.google.gson.JsonObject;
import io.lynxeye.cli.options.Failure;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.serving.model.VersionNumber;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The models of a store, or of a running server and its store. A version is an object with {@code
 * modelName}, {@code version} if it has one, {@code state} on a server, {@code reason} if it cannot
 * be served, and further facts, under the same names in both.
 */
interface ModelCatalogue {

  /** Returns every version of every model, ordered by name and number. */
  List<JsonObject> list() throws Failure, InterruptedException;

  /**
   * Returns everything known about the versions of a model.
   *
   * @throws Failure when there is no such model
   */
  List<JsonObject> describe(String model) throws Failure, InterruptedException;

  /**
   * Adds a version.
   *
   * @param source file or address of an archive; empty = the model is a catalogue entry
   * @return a message for the user
   */
  String add(
      String model,
      Optional<String> source,
      Optional<VersionNumber> version,
      Optional<String> sha256)
      throws Failure, ImportException, InterruptedException;

  /**
   * Removes a model or one of its versions.
   *
   * @return a message for the user
   * @throws Failure when there is no such model or version
   */
  String remove(String model, Optional<VersionNumber> version)
      throws Failure, IOException, InterruptedException;
}
