package io.lynxeye.model;

import java.nio.file.Path;

/**
 * A version that should be served, and where its files are.
 *
 * @param id what it is called
 * @param folder the folder that holds {@code saved_model.pb}
 * @param manifest what its {@code serving.properties} says
 */
public record ModelSource(ModelId id, Path folder, ModelManifest manifest) {}
