/** TIFF: the first page of a file, from its directory to its pixels. */
package io.lynxeye.translators.format.tiff;
