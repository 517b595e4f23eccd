package io.lynxeye.serving.model;

import java.nio.file.Path;

/**
 * The files of a version.
 *
 * @param folder the folder that an engine loads
 * @param format the format of the files
 * @param file the name of the model file, such as {@code saved_model.pb}
 * @param fingerprint an opaque text that changes when any file of the version does
 */
public record ModelFiles(Path folder, ModelFormat format, String file, String fingerprint) {}
