/** Imports published models into the model store. */
package io.lynxeye.importers;
