package io.lynxeye.engine.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.djl.OptionalEngineContract;
import io.lynxeye.engine.natives.UserFolders;
import io.lynxeye.serving.engine.LoadedModel;
import io.lynxeye.serving.model.ModelFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The contract of optional engines, and what only PyTorch does. */
class PyTorchEngineTest extends OptionalEngineContract {

  @Override
  protected ModelFormat format() {
    return ModelFormat.TORCH_SCRIPT;
  }

  @Override
  protected Path write(Path into) throws Exception {
    return TinyTorchScriptModel.write(into);
  }

  @Test
  void anUnnamedOutputIsCalledOutput() throws Exception {
    try (LoadedModel model = load()) {
      assertThat(model.description().output()).isEqualTo("output: float [-1, 3]");
      assertThat(model.description().engine()).isEqualTo("PyTorch 2.7.1");
    }
    set("output", "output");
    load().close();
  }

  @Test
  void aFileOfWeightsAloneIsRefusedWithTheCure() throws Exception {
    Files.writeString(folder().resolve("model.pt"), "weights alone");

    assertRefused("it must be a TorchScript program, as torch.jit.save writes, not weights alone");
  }

  @Test
  void unpacksIntoTheUsersCacheFolder() throws Exception {
    load().close();

    assertThat(UserFolders.ofThisUser().resolve("natives").resolve("pytorch")).isDirectory();
  }
}
