package io.lynxeye.bench.store;

import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tensorflow.proto.SavedModel;

/** A model that costs next to nothing, so that what surrounds it is what is measured. */
final class TinyModel {

  private TinyModel() {}

  /** Writes a version: the SavedModel, its labels and its manifest. */
  static Path write(Path folder) throws IOException {
    SavedModel.Builder model = SavedModel.newBuilder();
    try (InputStreamReader text =
        new InputStreamReader(
            TinyModel.class.getResourceAsStream("tiny.pbtxt"), StandardCharsets.UTF_8)) {
      TextFormat.merge(text, model);
    }
    Files.createDirectories(folder);
    Files.write(folder.resolve("saved_model.pb"), model.build().toByteArray());
    Files.writeString(folder.resolve("synset.txt"), "red\ngreen\nblue\n");
    Files.writeString(folder.resolve("serving.properties"), "width=2\nheight=2\n");
    return folder;
  }
}
