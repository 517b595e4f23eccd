/**
 * Imports published weights as a model folder that Lynxeye, or any DJL application, can load.
 * {@link io.lynxeye.importers.ModelImporter} is the entry point.
 */
package io.lynxeye.importers;
