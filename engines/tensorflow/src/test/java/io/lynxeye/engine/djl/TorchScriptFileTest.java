package io.lynxeye.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.engine.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives as {@code torch.jit.save} writes them; the code is in the form of its printer. */
class TorchScriptFileTest {

  private static final String HEADER =
      """
      class Part(Module):
        def forward(self: __torch__.models.Part,
          inner: Tensor) -> Tensor:
          return inner
      class Net(Module):
        __parameters__ = ["weight", ]
        weight : Tensor
        def helper(self: __torch__.models.Net,
          other: Tensor) -> Tensor:
          return other
      """;

  @TempDir private Path folder;

  private Path write(Map<String, String> entries) throws Exception {
    Path file = folder.resolve("model.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.ISO_8859_1));
        zip.closeEntry();
      }
    }
    return file;
  }

  private List<String> inputs(String forward) throws Exception {
    return names(
        write(
            Map.of(
                "archive/data.pkl",
                "\u0080\u0002c__torch__.models\nNet\nq\u0000)\u0081",
                "archive/code/__torch__/models.py",
                HEADER + forward,
                "archive/code/__torch__.py",
                "class Net(Module):\n  def forward(self: __torch__.Net, wrong: Tensor):\n")));
  }

  private static List<String> names(Path file) {
    List<TensorSpec> inputs = TorchScriptFile.inputs(file);
    assertThat(inputs)
        .allSatisfy(input -> assertThat(input).isEqualTo(TensorSpec.named(input.name())));
    return inputs.stream().map(TensorSpec::name).toList();
  }

  @Test
  void inputsAreTheTensorsOfForwardInTheirOrder() throws Exception {
    assertThat(
            inputs(
                """
                  def forward(self: __torch__.models.Net,
                    ids: Tensor,
                    a_mask: Tensor) -> Tuple[Tensor, Tensor]:
                    return (ids, a_mask)
                """))
        .containsExactly("ids", "a_mask");
    assertThat(inputs("  def forward(self: __torch__.models.Net, x: Tensor) -> Tensor:\n"))
        .containsExactly("x");
  }

  @Test
  void parametersThatAreOptionalOrNoTensorsAreNone() throws Exception {
    assertThat(
            inputs(
                """
                  def forward(self: __torch__.models.Net,
                    x: Tensor,
                    scale: float=0.5,
                    mask: Optional[Tensor]=None,
                    y: Tensor) -> Tensor:
                """))
        .containsExactly("x", "y");
  }

  @Test
  void aForwardWithoutTensorsHasTheUsualInput() throws Exception {
    assertThat(inputs("  def forward(self: __torch__.models.Net) -> Tensor:\n"))
        .containsExactly("pixels");
  }

  @Test
  void aFileThatCannotBeReadHasTheUsualInput() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pt"), "this is text");

    assertThat(names(text)).containsExactly("pixels");
    assertThat(names(folder.resolve("missing.pt"))).containsExactly("pixels");
    assertThat(names(write(Map.of("archive/data.pkl", "nothing")))).containsExactly("pixels");
    assertThat(names(write(Map.of("archive/data.pkl", "c__torch__.models\nNet\n"))))
        .containsExactly("pixels");
  }

  @Test
  void onlyTheRecordsOfTheArchiveItselfAreRead() throws Exception {
    Path nested =
        write(
            Map.of(
                "archive/extra/data.pkl",
                "c__torch__\nNet\n",
                "archive/code/__torch__.py",
                "class Net(Module):\n  def forward(self: __torch__.Net, x: Tensor):\n"));

    assertThat(names(nested)).containsExactly("pixels");
  }
}
