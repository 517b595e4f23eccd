package io.lynxeye.quantizer;

import io.lynxeye.serving.model.ModelSource;
import java.nio.file.Path;
import java.util.List;

/**
 * What to quantise.
 *
 * @param source the float32 version
 * @param store the model store, for a scratch folder on the same disk
 * @param images image files that are calibrated with and tested on
 * @param areFew whether the images are only those of the project
 * @param agree the wanted share of inputs whose best class stays the same
 * @param processor the processor's name, for the report
 */
public record QuantizeRequest(
    ModelSource source,
    Path store,
    List<ImageFile> images,
    boolean areFew,
    double agree,
    String processor) {}
