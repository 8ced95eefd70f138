# The modules of src/base/module.h: one source each and what it uses of base/, in sonaxis-modules/ beside the library.
add_custom_target(sx_modules)
foreach(module IN LISTS SX_MODULES)
  list(GET SX_MODULE_${module} 0 source)
  list(GET SX_MODULE_${module} 1 library)
  add_library(sx_module_${module} MODULE ${source} src/base/module_side.c)
  # Not the target sx_base: it would bring the libraries of the whole house.
  target_link_libraries(sx_module_${module} PRIVATE sx_options $<TARGET_FILE:sx_base> ${library})
  add_dependencies(sx_module_${module} sx_base)
  set_target_properties(sx_module_${module} PROPERTIES OUTPUT_NAME ${module} PREFIX ""
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/sonaxis-modules)
  if(NOT CMAKE_C_FLAGS MATCHES "sanitize" AND NOT APPLE)
    target_link_options(sx_module_${module} PRIVATE -Wl,--no-undefined)
  endif()
  if(NOT APPLE)
    # It exports what it defines itself, not what it took from base/.
    target_link_options(sx_module_${module} PRIVATE -Wl,--exclude-libs,ALL)
  endif()
  add_dependencies(sx_modules sx_module_${module})
endforeach()
# Whatever links the arrays, a test by itself too, finds them there.
add_dependencies(sx_arrays sx_modules)
