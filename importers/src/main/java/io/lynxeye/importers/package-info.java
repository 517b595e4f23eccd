/** Placeholder. */
package io.lynxeye.importers;
