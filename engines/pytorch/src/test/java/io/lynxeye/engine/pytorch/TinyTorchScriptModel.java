package io.lynxeye.engine.pytorch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a tiny TorchScript model for tests, without Python: the mean of each colour of a batch of
 * images.
 *
 * <p>A TorchScript file is a zip of uncompressed entries under one top folder: the pickled module
 * ({@code data.pkl}), the source of its classes ({@code code/__torch__.py}), its constants ({@code
 * constants.pkl}) and the format's version. This module has no parameters; its {@code forward} maps
 * float32 {@code [batch, 3, 2, 2]} to float32 {@code [batch, 3]}.
 */
final class TinyTorchScriptModel {

  private static final String CLASS_NAME = "MeanOfEachColour";

  private static final String CODE =
      """
      class %1$s(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.%1$s,
          images: Tensor) -> Tensor:
          return torch.mean(images, [2, 3])
      """
          .formatted(CLASS_NAME);

  private TinyTorchScriptModel() {}

  /**
   * Writes the model as {@code model.pt}.
   *
   * @param folder an existing folder
   * @return the file written
   * @throws IOException if the file cannot be written
   */
  static Path write(Path folder) throws IOException {
    Path file = folder.resolve("model.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      store(zip, "data.pkl", module());
      store(zip, "code/__torch__.py", utf8(CODE));
      store(zip, "constants.pkl", emptyTuple());
      store(zip, "version", utf8("3\n"));
    }
    return file;
  }

  /** Pickles an instance of the class whose only attribute is {@code training = False}. */
  private static byte[] module() {
    byte[] attribute = utf8("training");
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
    pickle.writeBytes(utf8("c__torch__\n" + CLASS_NAME + "\n")); // GLOBAL
    pickle.writeBytes(new byte[] {')', (byte) 0x81}); // EMPTY_TUPLE, NEWOBJ
    pickle.writeBytes(new byte[] {'}', '('}); // EMPTY_DICT, MARK
    pickle.writeBytes(new byte[] {'X', (byte) attribute.length, 0, 0, 0}); // BINUNICODE
    pickle.writeBytes(attribute);
    pickle.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'}); // NEWFALSE, SETITEMS, BUILD, STOP
    return pickle.toByteArray();
  }

  private static byte[] emptyTuple() {
    return new byte[] {(byte) 0x80, 2, ')', '.'}; // PROTO 2, EMPTY_TUPLE, STOP
  }

  /** Adds an uncompressed entry: libtorch reads its records in place. */
  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry("model/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
