/** Published weights become a model folder that Lynxeye, or any DJL application, can load. */
package io.lynxeye.importers;
