package io.lynxeye.cli.options;

import io.lynxeye.serving.model.VersionNumber;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a version number on the command line. */
public final class VersionConverter implements ITypeConverter<VersionNumber> {

  @Override
  public VersionNumber convert(String text) {
    try {
      return VersionNumber.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + text + "' " + e.getMessage());
    }
  }
}
