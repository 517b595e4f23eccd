package io.lynxeye.engine.djl;

import io.lynxeye.serving.engine.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The parameters of a TorchScript program's {@code forward}, from the code in its archive. Types
 * and shapes are not in it.
 */
final class TorchScriptFile {

  private static final int MAX_CODE_BYTES = 4_000_000;

  /** The class of the module: a pickled global, {@code c__torch__.models\nNet\n}. */
  private static final Pattern CLASS = Pattern.compile("c(__torch__[\\w.]*)\n(\\w+)\n");

  private TorchScriptFile() {}

  /** One tensor per parameter; {@code pixels} if the code cannot be read. */
  static List<TensorSpec> inputs(Path file) {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return module(zip)
          .flatMap(module -> parameters(zip, module))
          .filter(names -> !names.isEmpty())
          .orElse(List.of("pixels"))
          .stream()
          .map(TensorSpec::named)
          .toList();
    } catch (IOException e) { // The engine will say why.
      return List.of(TensorSpec.named("pixels"));
    }
  }

  private record Module(String path, String name) {}

  private static Optional<Module> module(ZipFile zip) {
    return text(zip, "/data.pkl")
        .map(CLASS::matcher)
        .filter(Matcher::find)
        .map(found -> new Module(found.group(1).replace('.', '/'), found.group(2)));
  }

  private static Optional<List<String>> parameters(ZipFile zip, Module module) {
    Pattern forward =
        Pattern.compile(
            "class " + module.name + "\\(Module\\):.*?def forward\\(\\w+: [^,)]*(.*?)\\)(?: ->|:)",
            Pattern.DOTALL);
    return text(zip, "/code/" + module.path + ".py")
        .map(forward::matcher)
        .filter(Matcher::find)
        .map(found -> names(found.group(1)));
  }

  /** The names of required parameters: {@code ,\n x: Tensor,\n y: Tensor}. */
  private static List<String> names(String parameters) {
    List<String> names = new ArrayList<>();
    Matcher parameter = Pattern.compile("(\\w+): ([^,=\\[]+)(=?)").matcher(parameters);
    while (parameter.find()) {
      if (parameter.group(2).strip().equals("Tensor") && parameter.group(3).isEmpty()) {
        names.add(parameter.group(1));
      }
    }
    return names;
  }

  /** The entry whose path ends so; the archive's own folder comes first. */
  private static Optional<String> text(ZipFile zip, String ending) {
    return zip.stream()
        .filter(entry -> entry.getName().endsWith(ending) && entry.getName().indexOf('/') >= 0)
        .filter(entry -> entry.getName().indexOf('/') == entry.getName().length() - ending.length())
        .findFirst()
        .map(entry -> read(zip, entry));
  }

  private static String read(ZipFile zip, ZipEntry entry) {
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readNBytes(MAX_CODE_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
