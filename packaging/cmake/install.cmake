# "cmake --install build --prefix /usr" lays out what the unit expects:
# program, rule packs, units, manual pages, completion, example configuration.
include(GNUInstallDirs)

if(TARGET buzzard)
  install(TARGETS buzzard RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY rules/packs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/buzzard/rules
  FILES_MATCHING PATTERN "*.rules" PATTERN "*.list")
install(FILES packaging/buzzard.yaml packaging/wordings.txt docs/incident.schema.json
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES systemd/buzzard.service DESTINATION lib/systemd/system)
install(FILES systemd/sysusers.d/buzzard.conf DESTINATION lib/sysusers.d)
install(FILES systemd/tmpfiles.d/buzzard.conf DESTINATION lib/tmpfiles.d)
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/packaging/man/*.[158])
foreach(page ${pages})
  string(REGEX MATCH "[158]$" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES packaging/completions/buzzard
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
