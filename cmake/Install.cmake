# What `cmake --install` puts where: library, its modules, headers, tool, sonaxis.pc and the CMake package.
include(CMakePackageConfigHelpers)

install(TARGETS sonaxis EXPORT sonaxisTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
foreach(module IN LISTS SX_MODULES)
  install(TARGETS sx_module_${module} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/sonaxis-modules)
endforeach()
install(FILES ${public_headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/sonaxis)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

if(TARGET sonaxis_cli)
  # The tool finds its library beside itself, wherever the prefix is.
  file(RELATIVE_PATH library_from_tool ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
  set_target_properties(sonaxis_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${library_from_tool}")
  install(TARGETS sonaxis_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/sonaxis)
configure_package_config_file(cmake/sonaxisConfig.cmake.in ${CMAKE_BINARY_DIR}/sonaxisConfig.cmake
                              INSTALL_DESTINATION ${config_folder})
# Below 1.0 a new minor version may change the interface.
write_basic_package_version_file(${CMAKE_BINARY_DIR}/sonaxisConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/sonaxisConfig.cmake ${CMAKE_BINARY_DIR}/sonaxisConfigVersion.cmake
        DESTINATION ${config_folder})
install(EXPORT sonaxisTargets NAMESPACE sonaxis:: DESTINATION ${config_folder})

# Paths in sonaxis.pc follow from the prefix, so that `cmake --install --prefix` and DESTDIR stay true.
file(RELATIVE_PATH prefix_from_pc ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" prefix_from_pc "${prefix_from_pc}")
file(RELATIVE_PATH library_from_prefix ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH headers_from_prefix ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(cmake/sonaxis.pc.in ${CMAKE_BINARY_DIR}/sonaxis.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/sonaxis.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
