package io.lynxeye.serving.model;

import java.nio.file.Path;

/**
 * The files of a version.
 *
 * @param folder the version's folder, with its manifest, labels and jars
 * @param format the format of the files
 * @param file the model file, relative to the folder: {@code saved_model.pb}, or {@code
 *     saved_model/saved_model.pb} where the model has a folder of its own
 * @param fingerprint an opaque text that changes when any file of the version does
 */
public record ModelFiles(Path folder, ModelFormat format, String file, String fingerprint) {}
