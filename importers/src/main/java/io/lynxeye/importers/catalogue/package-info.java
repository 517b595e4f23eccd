/** The models that can be imported by name. */
package io.lynxeye.importers.catalogue;
