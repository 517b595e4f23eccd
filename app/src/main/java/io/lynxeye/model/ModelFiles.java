package io.lynxeye.model;

import java.nio.file.Path;

/**
 * Where a version's files are.
 *
 * @param folder the folder an engine loads
 * @param format what the files are
 * @param file the name of the one that holds the model, such as {@code saved_model.pb}
 * @param fingerprint changes when any file of the version does; says nothing else
 */
public record ModelFiles(Path folder, ModelFormat format, String file, String fingerprint) {}
